import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswerText } from '../../../conversation/answer.ts';
import { collect } from '../../../conversation/collect.ts';
import type { ConversationEvent } from '../../../conversation/events.ts';
import type { ConversationRequest } from '../../../conversation/request.ts';
import { checkEvents } from '../../../conversation/testing/check-events.ts';
import type { DecoderOptions, RouteTarget } from '../route.ts';
import { createVertexGeminiRoute } from './index.ts';

const folder = new URL('../../../dialects/gemini/fixtures/answers/', import.meta.url);
const fixtures = readdirSync(folder).sort();

function decode(pieces: readonly Uint8Array[], frames?: DecoderOptions['frames']): ConversationEvent[] {
  let made = 0;
  const route = createVertexGeminiRoute(() => `made-${++made}`);
  const decoder = route.createDecoder({ secrets: [], contentType: undefined, frames });
  return [...pieces.flatMap((piece) => decoder.decode(piece)), ...decoder.end()];
}

const readFixture = (name: string) => readFileSync(new URL(name, folder));
const withoutFailures = (events: readonly ConversationEvent[]) => events.filter((event) => event.type !== 'failure');

describe.each(fixtures)('%s', (name) => {
  const bytes = readFixture(name);
  const events = decode([bytes]);

  test('gives valid events', () => checkEvents(events));

  test('gives the same events wherever it is split', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 5 }), (places) => {
        const ends = [...places.sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(withoutFailures(decode(pieces))).toEqual(withoutFailures(events));
      }),
      { numRuns: 60 },
    );
  });

  test('reports its frames before their events, when it is relayed', () => {
    const relayed = decode([bytes], name.startsWith('plain') ? 'whole' : 'stream');
    expect(relayed.filter((event) => event.type !== 'frame' && event.type !== 'failure')).toEqual(
      withoutFailures(events),
    );
    expect(relayed[0]?.type).toBe('frame');
  });
});

test.each([
  ['plain.json', 'Hello there, "friend" 你好.', 'stop', [9, 8, 4, 0]],
  ['plain-thoughts.json', 'Hello.', 'stop', [9, 33, 0, 31]],
  ['plain-max-tokens.json', 'Hello', 'length', [9, 16, 0, 15]],
  ['plain-max-tokens-in-thoughts.json', '', 'length', [9, 16, 0, 16]],
  ['plain-safety.json', '', 'content-filter', [9, 0, 0, 0]],
  ['plain-blocked-prompt.json', '', 'content-filter', [9, 0, 0, 0]],
  ['plain-grounded.json', 'It is sunny.', 'stop', [20, 4, 0, 0]],
  ['plain-empty-stop.json', '', 'stop', [9, 0, 0, 0]],
  ['plain-tool-calls.json', '', 'tool-calls', [40, 32, 0, 20]],
  ['stream.sse', 'Hello there "你好"!', 'stop', [9, 6, 0, 0]],
  ['stream-array.json', 'Hello there "你好"!', 'stop', [9, 6, 0, 0]],
  ['stream-single-lf.sse', 'Hello there "你好"!', 'stop', [9, 6, 0, 0]],
  ['stream-usage-last.sse', 'Hi.', 'stop', [9, 2, 0, 0]],
  ['stream-usage-after.sse', 'Hi.', 'stop', [9, 2, 0, 0]],
  ['stream-signature-last.sse', 'Hello.', 'stop', [9, 14, 0, 12]],
  ['stream-thoughts-and-call.sse', 'One moment.', 'tool-calls', [40, 40, 0, 18]],
])('%s says what Gemini said', (name, text, reason, [input, output, cached, reasoning]) => {
  const { choices, usage } = collect(decode([readFixture(name)]));
  const parts = choices[0]?.parts ?? [];
  expect(parts.map((part) => (part.type === 'text' ? readAnswerText(part.text) : '')).join('')).toBe(text);
  expect(choices[0]?.finish.reason).toBe(reason);
  expect(usage).toMatchObject({
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cached,
    reasoningTokens: reasoning,
  });
});

test('whole tool calls, and numbers digit for digit', () => {
  const parts = (name: string) => collect(decode([readFixture(name)])).choices[0]?.parts;
  expect(parts('plain-tool-calls.json')).toMatchObject([
    {
      type: 'tool-call',
      id: 'made-1',
      name: 'get_weather',
      arguments: '{"city":"Zürich","station":12345}',
      proof: { dialect: 'gemini' },
    },
    { type: 'tool-call', id: 'fc-2', name: 'get_time', arguments: '{}' },
  ]);
  expect(parts('plain-big-numbers.json')).toMatchObject([
    { arguments: '{"channel_id":1234567890123456789,"ratio":1.0,"tiny":0.1e-7}' },
  ]);
});

test.each([
  ['plain-malformed-call.json', 'upstream-unavailable', 'model'],
  ['stream-malformed-call.sse', 'upstream-unavailable', 'model'],
  ['stream-malformed-after-text.sse', 'upstream-unavailable', 'model'],
  ['plain-error.json', 'overloaded', 'transient'],
  ['stream-error.sse', 'upstream-unavailable', 'transient'],
  ['stream-cut.sse', 'upstream-unavailable', 'transient'],
])('%s fails', (name, kind, fault) => {
  expect(decode([readFixture(name)]).at(-1)).toMatchObject({ type: 'failure', failure: { kind, fault } });
});

test('an array truncated inside a frame fails', () => {
  const bytes = readFixture('stream-array.json');
  expect(decode([bytes.subarray(0, bytes.length - 40)]).at(-1)).toMatchObject({
    type: 'failure',
    failure: { fault: 'transient' },
  });
});

describe('requests', () => {
  const request: ConversationRequest = {
    ...{ model: 'google:gemini-2.5-flash', stream: false, tools: [], choiceCount: 1 },
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'half: \ud83d' }] }],
    temperature: 1,
    seed: 5,
  };
  const target: RouteTarget = { model: 'gemini-2.5-flash', maxOutputTokens: null, refusedMembers: new Set() };
  const { encodeRequest } = createVertexGeminiRoute();
  const base = '/rovodev/v2/proxy/ai/v1/google/v1/publishers/google/models/gemini-2.5-flash';
  const textOf = (body: readonly Uint8Array[]) => Buffer.concat(body).toString('utf8');

  test('the model and the method are in the path', () => {
    expect(encodeRequest(request, target).path).toBe(`${base}:generateContent`);
    expect(encodeRequest({ ...request, stream: true }, target).path).toBe(`${base}:streamGenerateContent?alt=sse`);
  });

  test.each(['../x', 'a/b', 'a?b', 'a%2fb', '', '..', 'a b'])('a model called %j is not a path segment', (model) => {
    expect(() => encodeRequest(request, { ...target, model })).toThrow(/upstream id/);
  });

  test('the body is what Gemini accepts, without lone surrogates', () => {
    expect(JSON.parse(textOf(encodeRequest(request, target).body))).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'half: \ufffd' }] }],
      generationConfig: { temperature: 1, seed: 5 },
    });
  });

  test('members the model refuses are left out and noted', () => {
    const refusing = { ...target, refusedMembers: new Set(['generationConfig.seed']) };
    const { body, notes } = encodeRequest(request, refusing);
    expect(JSON.parse(textOf(body)).generationConfig).toEqual({ temperature: 1 });
    expect(notes).toMatchObject([{ member: 'generationConfig.seed', action: 'dropped' }]);
  });
});
