import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundText, escapeControls, redactText } from './redact.ts';

const token = 'ATATT3xFfGF0secretsecret=4A5B';
const pair = `owner@example.com:${token}`;

describe('patterns', () => {
  test.each([
    ['Authorization: Basic b3duZXI6dG9rZW4=', 'Authorization: [redacted]'],
    ['{"authorization":"Bearer abc.def-ghi","a":1}', '{"authorization":"[redacted]","a":1}'],
    ['"{\\"Authorization\\": \\"Basic abc\\"}"', '"{\\"Authorization\\": \\"[redacted]\\"}"'],
    ['X-Atlassian-EncodedToken: b3duZXI6dG9rZW4=\nnext', 'X-Atlassian-EncodedToken: [redacted]\\nnext'],
    ['got Basic b3duZXI6dG9rZW4= here', 'got Basic [redacted] here'],
    ['got bearer eyJhbGciOi.J9.x-y here', 'got bearer [redacted] here'],
    ['key sk-0123456789abcdefXYZ is wrong', 'key [redacted] is wrong'],
    [`token ${token} is wrong`, 'token [redacted] is wrong'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt [redacted]'],
    ['https://owner:hunter2@example.com/x', 'https://[redacted]@example.com/x'],
    ['Set-Cookie: a=b; Path=/', 'Set-Cookie: [redacted]'],
    [
      'Basic authentication failed for bearers of a task-force',
      'Basic authentication failed for bearers of a task-force',
    ],
    ['Model Id [X] not found', 'Model Id [X] not found'],
  ])('%s', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });
});

describe('known secrets', () => {
  const forms = (secret: string) => {
    const bytes = Buffer.from(secret);
    return [
      secret,
      bytes.toString('base64'),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ];
  };

  test('no form of any secret comes out, whatever stands around it', () => {
    const secrets = fc.string({
      unit: fc.constantFrom('a', 'B', '7', '+', '/', '=', ' ', '"', '\\', '%', 'é', '\n'),
      minLength: 6,
      maxLength: 30,
    });
    fc.assert(
      fc.property(secrets, fc.nat(5), fc.string(), fc.string(), (secret, which, before, after) => {
        const form = forms(secret)[which] ?? '';
        const clean = redactText(`${before}"${form}"${after}`, [secret], 10_000);
        expect(clean).toContain('[redacted]');
        if (!before.includes(form) && !after.includes(form)) expect(clean).not.toContain(form);
      }),
      { numRuns: 500 },
    );
  });

  test('the pair of an account, in every place it may turn up', () => {
    for (const form of forms(pair)) expect(redactText(`>${form}<`, [pair, token])).toBe('>[redacted]<');
  });

  test('what is too short to be a secret masks nothing', () => {
    expect(redactText('a plain sentence', ['', 'a', 'plain'])).toBe('a plain sentence');
  });
});

describe('form', () => {
  test('control characters are escaped', () => {
    expect(escapeControls('a\nb\r\tc\u001b[31m\u0000\u202e\u2028é🔐')).toBe(
      'a\\nb\\r\\tc\\u001b[31m\\u0000\\u202e\\u2028é🔐',
    );
  });

  test('the length is bounded, and no character is cut in two', () => {
    expect(boundText('abcdef', 6)).toBe('abcdef');
    expect(boundText('abcdefg', 6)).toBe('abcde…');
    expect(boundText('abcd🔐fg', 6)).toBe('abcd…');
    expect(redactText('a'.repeat(1000))).toHaveLength(500);
  });
});
