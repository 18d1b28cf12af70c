import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundText, escapeControls, redactText } from './redact.ts';
import { measureProcessorTime } from './testing/processor-time.ts';

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

/** Milliseconds of the fastest of three runs. */
const timeOf = (work: () => unknown) => Math.min(...[1, 2, 3].map(() => measureProcessorTime(work)));

describe('hostile text', () => {
  test.each([
    ['colons behind slashes', `/x://${':'.repeat(16_384)}`],
    ['a megabyte of them', `/x://${':'.repeat(1_000_000)}`],
    ['beginnings of tokens', 'eyJaaaaaaaa-'.repeat(1400)],
    ['escapes', '%25'.repeat(5000)],
    ['escapes within escapes', '\\\\u0025'.repeat(3000)],
    ['white space', ' \t'.repeat(8000)],
    ['a header without an end', `cookie:${' '.repeat(16_000)}`],
  ])('%s takes no time to speak of', (_, text) => {
    expect(timeOf(() => redactText(text, [token, pair]))).toBeLessThan(50);
  });

  test('a secret that is split by the limit leaves no beginning behind', () => {
    const hidden = 'Authorization: Basic abcdefgh\n';
    for (let before = 2990; before < 3100; before += 1) {
      // Masks are shorter than what they replace, so text after the cut matters.
      const text = `${hidden.repeat(95).padEnd(before, '.')}${token}${token}`;
      expect(redactText(text, [token], 500)).not.toMatch(/ATATT|3xFfGF/);
      expect(redactText(text, [token], 500).length).toBeLessThanOrEqual(500);
    }
  });
});

describe('known secrets in other encodings', () => {
  const bytes = Buffer.from(token);
  test.each([
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal in capitals', bytes.toString('hex').toUpperCase()],
    ['base64 behind a name of another length', Buffer.from(`x:${token}`).toString('base64')],
    ['base64 behind one of yet another', Buffer.from(`xy:${token}!`).toString('base64')],
    ['base64url in JSON', Buffer.from(JSON.stringify({ token })).toString('base64url')],
    ['base64 split as in mails', Buffer.from(pair).toString('base64').replaceAll(/.{20}/g, '$&\r\n')],
    ['split by a line break', `${token.slice(0, 9)}\n${token.slice(9)}`],
    ['split by an escaped line break', `${token.slice(0, 9)}\\n${token.slice(9)}`],
    ['percent-encoded, each character', bytes.toString('hex').replaceAll(/../g, '%$&')],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(token))],
    ['with JSON escapes', token.replaceAll(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)],
    ['with HTML references', token.replaceAll('=', '&#61;')],
  ])('%s', (_, form) => {
    expect(redactText(`said ${form} to us`, [token, pair])).toBe('said [redacted] to us');
  });

  test('unknown keys are also found behind escapes', () => {
    expect(redactText('/v1/chat/sk%2D0123456789abcdef/x')).toBe('/v1/chat/[redacted]/x');
    expect(redactText('/v1/%73%6B%2D0123456789abcdef?x')).toBe('/v1/[redacted]?x');
    expect(redactText('/v1/%2573k-0123456789abcdef')).toBe('/v1/[redacted]');
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

  test('no form of any secret is left, whatever surrounds it', () => {
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

  test('the email and token of an account are masked in every position', () => {
    for (const form of forms(pair)) expect(redactText(`>${form}<`, [pair, token])).toBe('>[redacted]<');
  });

  test('a text that is too short for a secret masks nothing', () => {
    expect(redactText('a plain sentence', ['', 'a', 'plain'])).toBe('a plain sentence');
  });
});

describe('the result', () => {
  test('control characters are escaped', () => {
    expect(escapeControls('a\nb\r\tc\u001b[31m\u0000\u202e\u2028é🔐')).toBe(
      'a\\nb\\r\\tc\\u001b[31m\\u0000\\u202e\\u2028é🔐',
    );
  });

  test('the length is limited, and no character is split', () => {
    expect(boundText('abcdef', 6)).toBe('abcdef');
    expect(boundText('abcdefg', 6)).toBe('abcde…');
    expect(boundText('abcd🔐fg', 6)).toBe('abcd…');
    expect(redactText('a'.repeat(1000))).toHaveLength(500);
  });

  test('long texts are kept up to the limit, as in content logging', () => {
    const text = 'word '.repeat(13_000);
    expect(redactText(text, [token], 65_536)).toBe(text);
    expect(redactText(text.repeat(2), [token], 65_536)).toHaveLength(65_536);
  });
});
