import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskAll, maskWords } from './mask.ts';
import { redactBody } from './redact-body.ts';
import { redactHeaders } from './redact-headers.ts';
import { redactJson } from './redact-json.ts';

const personal = new Set(['jane', 'doe', 'acme', 'limit']);
const policy = { personal, masksNumbers: false };
const redact = (value: unknown) => JSON.parse(redactJson(JSON.stringify(value), policy));

describe('words', () => {
  test.each([
    ['Model Id [claude-x] not found', 'Model Id [claude-x] not found'],
    ['Jane Doe is not authorized for acme.atlassian.net', 'Xxxx Xxx is not authorized for xxxx.atlassian.net'],
    ['jane.doe+ai@acme-corp.com', 'xxxx.xxx+xx@xxxx-xxxx.com'],
    ['usage resets in 29d 31m', 'usage resets in 29d 31m'],
    [
      'tools.23.custom.defer_loading: Extra inputs are not permitted',
      'tools.23.custom.defer_loading: Extra inputs are not permitted',
    ],
    ['account 712020:4f1b-aa and 5b10ac8d82e05b22cc7d4ef5', 'account 000000:0x0x-xx and 0x00xx0x00x00x00xx0x0xx0'],
    ['你好 Jürgen', 'xxxxxx Xxxxxxx'],
  ])('%s', (text, masked) => {
    expect(maskWords(text, personal)).toBe(masked);
    expect(Buffer.byteLength(masked)).toBe(Buffer.byteLength(text));
  });

  test('an API word is masked if it is also part of the account', () => {
    expect(maskWords('limit exceeded', personal)).toBe('xxxxx exceeded');
  });
});

describe('JSON', () => {
  test('keeps structure, types, model ids and counts; masks content, ids and names', () => {
    expect(
      redact({
        id: 'msg_vrtx_01AbCdEfGh',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4@20250514',
        content: [
          { type: 'thinking', thinking: 'Jane wants OK', signature: 'EqQBCkYI+a/b=' },
          { type: 'text', text: 'OK, 7 days.\n"Quoted" é' },
          {
            type: 'tool_use',
            id: 'toolu_01AAAAAAAA',
            name: 'get_weather',
            input: { city: 'Paris', total: 12, deepest: ['x'] },
          },
        ],
        stop_reason: 'end_turn',
        usage: { input_tokens: 12, output_tokens: 345 },
      }),
    ).toEqual({
      id: 'msg_vrtx_00XxXxXxXx',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4@20250514',
      content: [
        { type: 'thinking', thinking: 'Xxxx xxxxx XX', signature: 'XxXXXxXX+x/x=' },
        { type: 'text', text: 'XX, 0 xxxx.\n"Xxxxxx" xx' },
        {
          type: 'tool_use',
          id: 'toolu_00XXXXXXXX',
          name: 'xxx_xxxxxxx',
          input: { xxxx: 'Xxxxx', xxxxx: 11, xxxxxxx: ['x'] },
        },
      ],
      stop_reason: 'end_turn',
      usage: { input_tokens: 12, output_tokens: 345 },
    });
  });

  test('of an account keeps no numbers', () => {
    const body = {
      status: 'OK',
      balance: { monthlyTotal: 2000, monthlyUsed: 37 },
      modelUsages: { 'Claude Sonnet 4.6': 2394221 },
    };
    const text = redactJson(JSON.stringify(body), { personal, masksNumbers: true });
    expect(JSON.parse(text)).toEqual({
      status: 'OK',
      balance: { monthlyTotal: 1000, monthlyUsed: 11 },
      modelUsages: { 'Claude Sonnet 4.6': 1111111 },
    });
  });

  test('of sites keeps no URLs and no ids', () => {
    const site = {
      siteId: '4f1bd9a0-0000-4000-8000-1234567890ab',
      siteUrl: 'https://acme.atlassian.net',
      isTrial: false,
    };
    expect(redact({ sites: [site] })).toEqual({
      sites: [
        { siteId: '0x0xx0x0-0000-0000-0000-0000000000xx', siteUrl: 'xxxxx://xxxx.xxxxxxxxx.xxx', isTrial: false },
      ],
    });
  });

  test('masks member names that are data', () => {
    expect(redact({ 'jane@acme.com': 1, displayName: 'Will Page' })).toEqual({
      'xxxx@xxxx.com': 1,
      displayName: 'Xxxx Xxxx',
    });
  });

  test.each([
    '{"text":"Jane sa',
    '{"error":{"message":"Jane',
    '{"a":1,"text":"Jane \\u00e',
    '[{"text":"Jane"}',
    '{text: Jane}',
  ])('that is cut or broken is masked as well: %s', (text) => {
    const masked = redactJson(text, policy);
    expect(masked).not.toMatch(/jane|sa$/i);
    expect(masked).toHaveLength(text.length);
  });

  test('keeps its byte length and validity, whatever the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const masked = redactJson(json, policy);
        expect(Buffer.byteLength(masked)).toBe(Buffer.byteLength(json));
        expect(() => JSON.parse(masked)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  test('masks every word of a text, whatever surrounds it', () => {
    const word = fc.stringMatching(/^[a-z]{5,9}$/);
    fc.assert(
      fc.property(
        word,
        fc.constantFrom('text', 'thinking', 'arguments', 'content', 'name'),
        fc.json(),
        (said, member, around) => {
          const body = `{"around":${around},"${member}":${JSON.stringify(`zq${said}`)}}`;
          expect(redactJson(body, policy)).not.toContain(`zq${said}`);
        },
      ),
    );
  });

  test.each(['"', '{', '\\', '"\\', '[{"text":"'])('full of %j is redacted quickly', (piece) => {
    const text = piece.repeat(200_000);
    expect(redactJson(text, policy)).toHaveLength(text.length);
  });
});

describe('bodies', () => {
  test('of events keep their lines', () => {
    const body =
      'event: message_start\ndata: {"type":"message_start","delta":{"text":"Jane"}}\n\n: Jane\ndata: [DONE]\n\ndata: Jane\n';
    const masked = redactBody(Buffer.from(body), 'text/event-stream', policy, false).toString();
    expect(masked).toBe(
      'event: message_start\ndata: {"type":"message_start","delta":{"text":"Xxxx"}}\n\n: Xxxx\ndata: [DONE]\n\ndata: Xxxx\n',
    );
  });

  test('of errors keep API words, of answers none', () => {
    const page = Buffer.from('<html><title>403 Forbidden</title><p>Jane Doe</p></html>');
    expect(redactBody(page, 'text/html', policy, true).toString()).toBe(
      '<html><title>403 Forbidden</title><p>Xxxx Xxx</p></html>',
    );
    expect(redactBody(Buffer.from('Forbidden Jane'), 'text/plain', policy, false).toString()).toBe('Xxxxxxxxx Xxxx');
  });

  test('of Amazon’s binary messages stay readable, checksums included', () => {
    const message = (payload: string) => {
      const headers = Buffer.from('\x0b:event-type\x07\x00\x05chunk', 'latin1');
      const buffer = Buffer.alloc(16 + headers.length + payload.length);
      buffer.writeUInt32BE(buffer.length, 0);
      buffer.writeUInt32BE(headers.length, 4);
      buffer.writeUInt32BE(crc32(buffer.subarray(0, 8)), 8);
      headers.copy(buffer, 12);
      buffer.write(payload, 12 + headers.length);
      buffer.writeUInt32BE(crc32(buffer.subarray(0, -4)), buffer.length - 4);
      return buffer;
    };
    const bytes = (text: string) => JSON.stringify({ bytes: Buffer.from(text).toString('base64'), p: 'abc' });
    const body = Buffer.concat([
      message(bytes('{"type":"ping","text":"Jane"}')),
      message('{"message":"Jane Doe"}'),
      Buffer.from('Jane'),
    ]);
    const masked = redactBody(body, 'application/vnd.amazon.eventstream', policy, false);
    const expected = Buffer.concat([
      message(bytes('{"type":"ping","text":"Xxxx"}').replace('abc', 'xxx')),
      message('{"message":"Xxxx Xxx"}'),
      Buffer.alloc(4),
    ]);
    expect(masked.equals(expected)).toBe(true);
  });

  test('of any bytes keep their length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'application/vnd.amazon.eventstream'),
        (bytes, type) => {
          expect(redactBody(Buffer.from(bytes), type, policy, true)).toHaveLength(bytes.length);
        },
      ),
    );
  });
});

test('headers keep values without personal data', () => {
  expect(
    redactHeaders(
      {
        Authorization: 'Basic amFuZTpzZWNyZXQ=',
        'x-atlassian-encodedtoken': 'amFuZTpzZWNyZXQ=',
        'content-type': 'application/json',
        'x-ratelimit-remaining': '12',
        'x-request-id': '7d3f1c2e-42',
        'set-cookie': ['a=1', 'b=2'],
        server: 'AtlassianEdge nginx',
        'x-new': 'jane',
      },
      personal,
    ),
  ).toEqual({
    authorization: 'Basic <redacted>',
    'x-atlassian-encodedtoken': '<redacted>',
    'content-type': 'application/json',
    'x-ratelimit-remaining': '12',
    'x-request-id': '0x0x0x0x-00',
    'set-cookie': '<redacted>',
    server: 'AtlassianXxxx nginx',
    'x-new': 'xxxx',
  });
});

test('a placeholder has the shape of the original', () => {
  expect(maskAll('Ab3-é_漢!')).toBe('Xx0-xx_xxx!');
});
