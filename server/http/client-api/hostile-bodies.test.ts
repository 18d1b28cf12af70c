import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../../test/support/request-context.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { AnswerEndpoint } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import { AbridgedBody } from '../../lib/abridged-body.ts';
import { JsonScanner, JsonTooLarge } from '../../lib/json-scanner.ts';
import { jsonLimits } from './read-body.ts';
import { decodeAbridged, maxParsedBytes, requireParseable } from './received-body.ts';

/*
 * No body may block the event loop for more than 50 ms. This measures the processor time of decoding, the longest step,
 * for bodies at the limits. Three times as much is allowed for slow or busy machines. `npm run drill:faults --
 * large-bodies` measures the delay of a real process.
 */
const maxMilliseconds = 150;
const runs = 2;

interface Wire {
  readonly path: string;
  /** A body with one text. @param text a JSON string */
  readonly one: (text: string) => string;
  /** One message of a conversation, for `many`. */
  readonly message: string;
  readonly many: (messages: string) => string;
}

const chat = (list: string) => (messages: string) => `{"model":"some-model","max_tokens":9,"${list}":[${messages}]}`;
const message = '{"role":"user","content":"Hi"}';
const content = '{"parts":[{"text":"Hi"}]}';
const wires: Readonly<Record<string, Wire>> = {
  'openai-chat': wire('/v1/chat/completions', chat('messages'), message, '"Hi"'),
  'openai-responses': wire('/v1/responses', chat('input'), message, '"Hi"'),
  'anthropic-messages': wire('/v1/messages', chat('messages'), message, '"Hi"'),
  gemini: wire('/v1beta/models/some-model:generateContent', (list) => `{"contents":[${list}]}`, content, '"Hi"'),
};

function wire(path: string, many: (messages: string) => string, message: string, text: string): Wire {
  return { path, many, message, one: (other) => many(message.replace(text, () => other)) };
}

/** Repeats a unit up to a length. */
const fill = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length));
const quoted = (unit: string, length: number) => `"${fill(unit, length)}"`;
const nearly = maxParsedBytes - 2000;
const huge = 31_457_280;

const bodies: readonly [string, (wire: Wire) => string][] = [
  ['30 MB of base64', ({ one }) => one(quoted('iVBORw0KGgoAAAANSUhEUgAA', huge))],
  ['30 MB of text in one line', ({ one }) => one(quoted('Hello, 12345678901234567. ', huge))],
  ['30 MB of Chinese in one line', ({ one }) => one(quoted('你好世界', huge / 3))],
  ['text with line breaks', ({ one }) => one(quoted(`${'x'.repeat(60)}\\n`, nearly))],
  ['text of escapes', ({ one }) => one(quoted('\\u4f60', nearly))],
  ['text of quotes', ({ one }) => one(quoted('\\"a', nearly))],
  ['as many messages as there may be', ({ many, message }) => many(messagesOf(message))],
  ['as many numbers as there may be', ({ one }) => `{"x":[${numbers()}],${one('"Hi"').slice(1)}`],
];

function messagesOf(message: string): string {
  const values = (message.match(/[{[,]/g)?.length ?? 1) + 1;
  return Array.from({ length: Math.floor((jsonLimits.values - 10) / values) }, () => message).join();
}

const numbers = () => Array.from({ length: jsonLimits.values - 20 }, () => '1.0').join();

function receive(bytes: Buffer): AbridgedBody {
  const scanner = new JsonScanner(jsonLimits);
  for (let start = 0; start < bytes.length; start += 65_536) scanner.scan(bytes.subarray(start, start + 65_536));
  return new AbridgedBody({ bytes, scan: scanner.finish(bytes) }, scanner.runs);
}

describe.each(Object.entries(wires))('%s', (name, own) => {
  const dialect = dialects.find((one) => one.name === name);
  const head = { method: 'POST', path: own.path, query: new URLSearchParams(), headers: {} };
  const endpoint = dialect?.endpoints.find(
    (one): one is AnswerEndpoint => one.does === 'answer' && (one.accepts?.(head) ?? one.path === own.path),
  );

  test.each(bodies)('%s', (_name, make) => {
    const body = receive(Buffer.from(make(own)));
    requireParseable(body);
    const times = Array.from({ length: runs }, () => {
      const before = process.threadCpuUsage();
      const decoded = decodeAbridged(body, (json) => endpoint?.decodeRequest(json, head, contextOf()));
      decoded?.request();
      const { user, system } = process.threadCpuUsage(before);
      expect(decoded?.outline.model).toBe('some-model');
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(maxMilliseconds);
  });
});

test('longer text is rejected before it is parsed', () => {
  const body = receive(Buffer.from(`{"messages":${quoted('\\u4f60', maxParsedBytes + 10)}}`));
  expect(() => requireParseable(body)).toThrow(
    expect.objectContaining<Partial<Failure>>({ reason: 'request-too-large' }),
  );
});

test('too many values are detected early', () => {
  const scanner = new JsonScanner(jsonLimits);
  const piece = Buffer.from(fill('{},', 65_536));
  scanner.scan(piece);
  expect(() => scanner.scan(piece)).toThrow(JsonTooLarge);
});
