import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireGeminiSchema, requireGeminiStream } from '../../../test/schemas/gemini.ts';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { noUsage } from '../../conversation/usage.ts';
import { type ByteString, fromByteString } from '../../lib/byte-string.ts';
import { isRecord, type JsonRecord, parseJsonExactly, readArray, readRecord } from '../../lib/json.ts';
import { readerOptions } from '../testing/read-answer.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { GeminiAnswerReader } from './decode-answer.ts';
import { createGeminiEncoders, createRelayEncoders } from './encoders.ts';

const context = { id: 'r1', created: 1, model: 'google:gemini-2.5-flash', estimateInputTokens: () => 1 };
const options: GeminiAnswerOptions = { form: 'events', showsThoughts: true, bareEnum: false };

/** The events decoded from frames, each preceded by its frame. */
function readFrames(frames: readonly unknown[]): ConversationEvent[] {
  const reader = new GeminiAnswerReader({ ...readerOptions(), readFailure: () => new Failure('overloaded', 'busy') });
  const events: ConversationEvent[] = [];
  for (const frame of frames) {
    events.push({ type: 'frame', data: JSON.stringify(frame) });
    reader.read(frame, events);
  }
  reader.end(events);
  return events;
}

/** @param groups the events of each read from the upstream */
function stream(
  groups: readonly (readonly ConversationEvent[])[],
  relayed = true,
  form: 'events' | 'array' = 'events',
): unknown[] {
  const encoders = relayed ? createRelayEncoders({ ...options, form }) : createGeminiEncoders({ ...options, form });
  const encoder = encoders.createStreamEncoder(context);
  const events = groups.flat();
  const failure = events.find((event) => event.type === 'failure');
  const pieces = groups.map((group) => encoder.encode(group.filter((event) => event.type !== 'failure')));
  const usage = collect(events).usage ?? noUsage;
  pieces.push(failure === undefined ? encoder.end(usage) : encoder.fail(failure.failure));
  const text = fromByteString(pieces.join('') as ByteString);
  if (form === 'array') return [...readArray(parseJsonExactly(text))];
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => parseJsonExactly(block.replace(/^data: /, '')));
}

const relay = (...frames: readonly unknown[]) => stream([readFrames(frames)]);
const frame = (parts: readonly object[] | undefined, more: object = {}, beside: object = {}) => ({
  candidates: [{ ...(parts && { content: { role: 'model', parts } }), index: 0, ...more }],
  ...beside,
});
const end = { finishReason: 'STOP' };
const counted = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 } };
const named = { modelVersion: 'gemini-2.5-flash', responseId: 'up' };

describe('chunks', () => {
  test('are relayed unchanged', () => {
    const chunks = [
      frame([{ text: 'a' }], {}, named),
      frame([{ text: 'b', x: 1 }], { ...end, groundingMetadata: { y: 2 } }, { ...named, ...counted, z: 3 }),
    ];
    expect(relay(...chunks)).toEqual(chunks);
    expect(stream([readFrames(chunks)], true, 'array')).toEqual(chunks);
  });

  test('numbers keep their digits', () => {
    const value = parseJsonExactly(
      '{"candidates":[{"content":{"parts":[{"functionCall":{"id":"x","name":"f","args":{"id":1234567890123456789}}}]},"finishReason":"STOP","index":0}]}',
    );
    expect(JSON.stringify(relay(value))).toContain('"args":{"id":1234567890123456789}');
  });

  test("calls lose the namespace of Gemini's own prompt", () => {
    const [chunk] = relay(frame([{ functionCall: { id: 'x', name: 'default_api:f', args: {} } }], end, counted));
    expect(chunk).toMatchObject({ candidates: [{ content: { parts: [{ functionCall: { id: 'x', name: 'f' } }] } }] });
  });

  test('the end is one chunk, including content after the finish reason', () => {
    expect(relay(frame([{ text: 'a' }], {}, named), frame([{ text: 'b' }], end, named), counted)).toEqual([
      frame([{ text: 'a' }], {}, named),
      { ...frame([{ text: 'b' }], end), ...named, ...counted },
    ]);
  });

  test('empty chunks are dropped, and an end without a part gets one', () => {
    const chunks = relay(
      frame([{ text: '' }], {}, named),
      frame([{ text: 'a' }]),
      frame([{}]),
      frame(undefined, end, counted),
    );
    expect(chunks).toEqual([frame([{ text: 'a' }]), { ...frame([{ text: '' }], end), ...named, ...counted }]);
  });

  test('an end without a usage or a name gets them', () => {
    const [last] = relay(frame([{ text: 'a' }], end));
    expect(last).toMatchObject({
      modelVersion: 'google:gemini-2.5-flash',
      responseId: 'r1',
      usageMetadata: { totalTokenCount: 0 },
    });
    requireGeminiSchema('FinalResponse', last);
  });

  test('a reason that is null holds no chunk', () => {
    const open = { finishReason: null };
    expect(relay(frame([{ text: 'a' }], open), frame([{ text: 'b' }], open), counted)).toMatchObject([
      frame([{ text: 'a' }]),
      frame([{ text: 'b' }]),
      frame([{ text: '' }], end, counted),
    ]);
  });

  test.each([
    ['length', 'MAX_TOKENS'],
    ['tool_calls', 'STOP'],
    ['SAFETY', 'SAFETY'],
  ])('the end %s', (finishReason, expected) => {
    expect(relay(frame([{ text: 'a' }], { finishReason }))).toMatchObject([
      { candidates: [{ finishReason: expected }] },
    ]);
  });

  test('calls without an id get the one from the gateway', () => {
    const call = (more: object = {}) => ({ functionCall: { name: 'f', args: {}, ...more } });
    const groups = [readFrames([frame([call(), call({ id: 'own' })]), frame([call()], end)])];
    expect(partsOf(stream(groups))).toEqual([call({ id: 'made-1' }), call({ id: 'own' }), call({ id: 'made-2' })]);
  });

  test.each([
    [null, undefined],
    ['a', { arguments: 'a' }],
    [[1], { arguments: [1] }],
    [{ a: 1 }, { a: 1 }],
  ])('arguments that are %j are an object or absent', (args, expected) => {
    const [chunk] = relay(frame([{ functionCall: { id: 'x', name: 'f', args } }], end, counted));
    requireGeminiSchema('FinalResponse', chunk);
    const call = { id: 'x', name: 'f', ...(expected && { args: expected }) };
    expect(chunk).toMatchObject({ candidates: [{ content: { parts: [{ functionCall: call }] } }] });
  });

  test.each<[string, object, object]>([
    ['a text that is null', { text: null }, { text: '' }],
    ['a call without a name', { functionCall: { args: {} } }, { text: '' }],
    ['a signature without a text', { thoughtSignature: 'c2ln' }, { text: '', thoughtSignature: 'c2ln' }],
  ])('%s', (_name, part, expected) => {
    const [chunk] = relay(frame([part], end, counted));
    requireGeminiSchema('FinalResponse', chunk);
    expect(chunk).toMatchObject({ candidates: [{ content: { parts: [expected] } }] });
  });

  test.each([
    ['text', { text: 'a' }, [{ text: 'a' }]],
    ['thought', { text: 'a', thought: true }, [{ text: 'a', thought: true }]],
    ['text that is empty', { text: '' }, []],
  ])('a call beside a %s is a part of its own', (_name, beside, expected) => {
    const call = { functionCall: { id: 'x', name: 'f', args: {} }, thoughtSignature: 'c2ln' };
    const [chunk] = relay(frame([{ ...beside, ...call }], end, counted));
    requireGeminiSchema('FinalResponse', chunk);
    expect(partsOf([chunk])).toMatchObject([...expected, call]);
  });

  test.each(['', 'FINISH_REASON_UNSPECIFIED'])('a reason to finish that is %j is none', (finishReason) => {
    const open = (text: string) => frame([{ text }], { finishReason });
    const chunks = relay(
      open('a'),
      open('b'),
      frame([{ text: 'c' }], { finishReason: 'MAX_TOKENS' }, counted),
      open('d'),
    );
    expect(chunks).toMatchObject([
      { candidates: [{ content: { parts: [{ text: 'a' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'b' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'c' }] } }] },
      { candidates: [{ finishReason: 'MAX_TOKENS', content: { parts: [{ text: 'd' }] } }] },
    ]);
    expect(JSON.stringify(chunks.slice(0, 3))).not.toContain('finishReason');
  });

  test('a reason to finish in every chunk holds only the last chunk', () => {
    const chunks = ['a', 'b', 'c'].map((text) => frame([{ text }], end));
    expect(relay(...chunks, frame([], end), counted)).toMatchObject([
      frame([{ text: 'a' }]),
      frame([{ text: 'b' }]),
      frame([{ text: 'c' }], end, counted),
    ]);
  });

  test('members of a candidate that are null are left out', () => {
    const chunks = relay(frame([{ text: 'a' }], { index: null }), frame([{ text: 'b' }], { index: null, ...end }));
    requireGeminiStream(chunks);
    expect(partsOf(chunks)).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  test('counts that are texts are replaced', () => {
    const texts = { usageMetadata: { promptTokenCount: '5', totalTokenCount: '7' } };
    const chunks = relay(frame([{ text: 'a' }], {}, texts), frame([{ text: 'b' }], end, texts));
    expect(chunks[0]).not.toHaveProperty('usageMetadata');
    requireGeminiSchema('FinalResponse', chunks[1]);
  });

  test('a blocked prompt', () => {
    const promptFeedback = { blockReason: 'SAFETY' };
    expect(relay({ promptFeedback, ...counted, ...named })).toEqual([{ promptFeedback, ...counted, ...named }]);
  });

  test.each([
    ['an error', [frame([{ text: 'a' }]), { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }]],
    ['a call that is none', [frame([{ text: 'a' }]), frame([], { finishReason: 'MALFORMED_FUNCTION_CALL' })]],
  ])('%s is reported once, with the gateway’s message', (_name, frames) => {
    const chunks = relay(...frames);
    expect(chunks).toHaveLength(2);
    expect(chunks[0]).toEqual(frame([{ text: 'a' }]));
    requireGeminiSchema('ErrorResponse', chunks[1]);
  });
});

function partsOf(chunks: readonly unknown[]): JsonRecord[] {
  return chunks.flatMap((chunk) =>
    readArray(readRecord(chunk).candidates).flatMap((candidate) =>
      readArray(readRecord(readRecord(candidate).content).parts).filter(isRecord),
    ),
  );
}

const folder = new URL('fixtures/answers/', import.meta.url);
const fixtures = readdirSync(folder).sort();

function framesOf(name: string): unknown[] {
  const text = readFileSync(new URL(name, folder), 'utf8');
  if (name.endsWith('.sse'))
    return text
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data: '))
      .map((line) => parseJsonExactly(line.slice(6)));
  const value = parseJsonExactly(text);
  return Array.isArray(value) ? value : [value];
}

/** Members of Vertex AI that Gemini's own API does not have. */
function withoutVertex(chunk: unknown): unknown {
  const { createTime: _createTime, promptFeedback, ...rest } = readRecord(chunk);
  const { blockReasonMessage: _message, ...feedback } = readRecord(promptFeedback);
  return { ...rest, ...(promptFeedback !== undefined && { promptFeedback: feedback }) };
}

/** The content of an answer for clients, with joined texts and without ids. */
function meaningOf(answer: readonly unknown[]): unknown {
  const parts = partsOf(answer).map(
    ({ functionCall, ...part }): JsonRecord => ({
      ...part,
      ...(isRecord(functionCall) && { functionCall: { ...functionCall, id: '' } }),
    }),
  );
  const joined: JsonRecord[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (
      typeof last?.text === 'string' &&
      typeof part.text === 'string' &&
      last.thought === part.thought &&
      last.thoughtSignature === undefined
    ) {
      joined[joined.length - 1] = { ...last, ...part, text: last.text + part.text };
    } else if (part.text !== '' || part.thoughtSignature !== undefined) joined.push(part);
  }
  const last = readRecord(answer.at(-1));
  const { promptTokenCount, totalTokenCount } = readRecord(last.usageMetadata);
  return {
    joined,
    finish: readRecord(readArray(last.candidates)[0]).finishReason,
    totalTokenCount,
    hasInput: promptTokenCount !== undefined,
    feedback: last.promptFeedback,
  };
}

describe.each(fixtures)('%s', (name) => {
  const frames = framesOf(name);
  const events = readFrames(frames);
  const fails = events.some((event) => event.type === 'failure');

  test('relayed as a stream it matches its schema, and has the same content as when it is encoded', () => {
    const chunks = stream([events]);
    if (fails) {
      requireGeminiSchema('ErrorResponse', chunks.at(-1));
      return;
    }
    const isBlocked = readRecord(chunks[0]).promptFeedback !== undefined;
    if (isBlocked) requireGeminiSchema('StreamChunk', withoutVertex(chunks[0]));
    else requireGeminiStream(chunks.map(withoutVertex));
    const encoded = stream([events], false);
    if (!name.includes('code') && !name.includes('grounded')) expect(meaningOf(chunks)).toEqual(meaningOf(encoded));
    else expect(partsOf(chunks)).toEqual(partsOf(encoded).filter((part) => part.text !== ''));
    expect(stream([events], true, 'array')).toEqual(chunks);
  });

  test('relayed as a complete answer it matches its schema', () => {
    if (fails || frames.length > 1) return;
    const answer = { ...collect(events), usage: collect(events).usage ?? noUsage };
    const whole: unknown = JSON.parse(fromByteString(createRelayEncoders(options).encodeAnswer(answer, context)));
    const isBlocked = readRecord(whole).promptFeedback !== undefined;
    requireGeminiSchema(isBlocked ? 'StreamChunk' : 'FinalResponse', withoutVertex(whole));
    const encoded: unknown = JSON.parse(fromByteString(createGeminiEncoders(options).encodeAnswer(answer, context)));
    if (!name.includes('grounded')) expect(meaningOf([whole])).toEqual(meaningOf([encoded]));
  });
});

test('the bytes of a complete answer without missing members are unchanged', () => {
  const text = readFileSync(new URL('plain-big-numbers.json', folder), 'utf8').trim();
  const completed = text.replace(
    '"modelVersion":"gemini-2.5-flash"}',
    '"modelVersion":"gemini-2.5-flash","responseId":"r1"}',
  );
  const events = readFrames([parseJsonExactly(text)]);
  const answer = { ...collect(events), usage: noUsage };
  const relayed = fromByteString(createRelayEncoders(options).encodeAnswer(answer, context));
  expect(relayed.replace(',"id":"made-1"', '')).toBe(completed);
});
