import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { checkEvents } from '../../conversation/testing/check-events.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { readerOptions } from '../testing/read-answer.ts';
import { GeminiAnswerReader } from './decode-answer.ts';

function read(...values: readonly unknown[]): ConversationEvent[] {
  let made = 0;
  const reader = new GeminiAnswerReader({
    newId: () => `made-${++made}`,
    readFailure: (value) => new Failure('overloaded', JSON.stringify(value), { fault: 'transient' }),
    brokenAnswer: (message) => new Failure('upstream-unavailable', message, { fault: 'transient' }),
  });
  const events: ConversationEvent[] = [];
  for (const value of values) reader.read(value, events);
  reader.end(events);
  expect(reader.over).toBe(true);
  checkEvents(events);
  return events;
}

const frame = (parts: readonly object[], more: object = {}, beside: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  ...beside,
});
const stop = { finishReason: 'STOP' };
const proof = { dialect: 'gemini', value: 'c2ln' };
const signed = { thoughtSignature: 'c2ln' };
const lastOf = (events: readonly ConversationEvent[]) => events.at(-1);

/** Describes each event in one short line. */
function describeAll(events: readonly ConversationEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'block-start':
        return `start ${event.choice}.${event.block} ${event.kind}${event.kind === 'tool-call' ? ` ${event.id} ${event.name}` : ''}`;
      case 'block-delta':
        return `${event.kind} ${event.choice}.${event.block} ${event.text}`;
      case 'block-end':
        return `end ${event.choice}.${event.block}${event.proof === undefined ? '' : ` ${event.proof.value}`}`;
      case 'finish':
        return `finish ${event.choice} ${event.reason} ${event.vendorReason}`;
      case 'failure':
        return `failure ${event.failure.fault}`;
      default:
        return event.type;
    }
  });
}

describe('blocks', () => {
  test('increments of a text are one block', () => {
    expect(
      describeAll(read(frame([{ text: 'a' }]), frame([{ text: 'b' }, { text: '' }]), frame([{ text: 'c' }], stop))),
    ).toEqual([
      ...['start', 'start 0.0 text', 'text 0.0 a', 'text 0.0 b', 'text 0.0 c', 'end 0.0', 'finish 0 stop STOP'],
    ]);
  });

  test('thoughts, text and calls in a complete answer', () => {
    const parts = [
      { text: 'hm', thought: true },
      { text: 'see' },
      { functionCall: { name: 'f', args: { a: 1 } }, ...signed },
      { functionCall: { id: 'x', name: 'g' } },
    ];
    expect(describeAll(read(frame(parts, stop)))).toEqual([
      ...['start', 'start 0.0 reasoning', 'reasoning 0.0 hm', 'end 0.0', 'start 0.1 text', 'text 0.1 see', 'end 0.1'],
      ...['start 0.2 tool-call made-1 f', 'tool-call 0.2 {"a":1}', 'end 0.2 c2ln'],
      ...['start 0.3 tool-call x g', 'tool-call 0.3 {}', 'end 0.3', 'finish 0 tool-calls STOP'],
    ]);
  });

  test('a signature ends what it signs', () => {
    expect(describeAll(read(frame([{ text: 'a', ...signed }]), frame([{ text: 'b' }], stop)))).toEqual([
      ...['start', 'start 0.0 text', 'text 0.0 a', 'end 0.0 c2ln', 'start 0.1 text', 'text 0.1 b', 'end 0.1'],
      'finish 0 stop STOP',
    ]);
  });

  test.each([
    ['with an empty text', { text: '', ...signed }],
    ['without a text', signed],
    ['with a text that is null', { text: null, ...signed }],
  ])('a signature in a separate part, %s, signs the text before it', (_name, part) => {
    const events = read(frame([{ text: 'a' }]), frame([part], stop));
    expect(describeAll(events)).toEqual([
      ...['start', 'start 0.0 text', 'text 0.0 a', 'end 0.0 c2ln', 'finish 0 stop STOP'],
    ]);
    expect(events).toContainEqual({ type: 'block-end', choice: 0, block: 0, proof });
  });

  test('a signature without text is reasoning without text', () => {
    expect(describeAll(read(frame([{ text: '', ...signed }], stop)))).toEqual([
      ...['start', 'start 0.0 reasoning', 'end 0.0 c2ln', 'finish 0 stop STOP'],
    ]);
  });

  test('calls with the same id get different ones', () => {
    const call = { functionCall: { id: 'x', name: 'f', args: {} } };
    expect(
      describeAll(read(frame([call, call], stop))).filter(
        (line) => line.includes('tool-call x') || line.includes('made'),
      ),
    ).toEqual([...['start 0.0 tool-call x f', 'start 0.1 tool-call made-1 f']]);
  });

  test('arguments keep their digits', () => {
    const json =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":1234567890123456789,"r":1.0}}}]},"finishReason":"STOP"}]}';
    expect(describeAll(read(parseExactJson(json)))).toContain('tool-call 0.0 {"id":1234567890123456789,"r":1.0}');
  });

  test('other parts are unchanged', () => {
    const audio = { inlineData: { mimeType: 'audio/wav', data: 'aWs=' } };
    expect(read(frame([audio, { functionCall: { args: {} } }], stop))).toMatchObject([
      { type: 'start' },
      { type: 'block-start', kind: 'vendor', dialect: 'gemini', value: audio },
      { type: 'block-end' },
      { type: 'block-start', kind: 'vendor', value: { functionCall: { args: {} } } },
      { type: 'block-end' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('an image is a block with its signature, a draft of one in the thoughts is not', () => {
    const inlineData = { mimeType: 'image/PNG', data: 'aWs', displayName: 'a.png' };
    const draft = { inlineData, thought: true };
    const image = { inlineData, ...signed, functionCall: null };
    const events = read(frame([draft, { text: 'a' }, image, { text: 'b' }], stop));
    expect(JSON.stringify(events)).not.toContain('null');
    expect(events).toMatchObject([
      { type: 'start' },
      { type: 'block-start', kind: 'vendor', value: draft },
      { type: 'block-end' },
      { type: 'block-start', kind: 'text' },
      { type: 'block-delta', text: 'a' },
      { type: 'block-end' },
      { type: 'block-start', kind: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aWs=' } },
      {
        type: 'block-end',
        proof: { dialect: 'gemini', value: 'c2ln' },
        vendor: { gemini: { inlineData: { displayName: 'a.png' } } },
      },
      { type: 'block-start', kind: 'text' },
      { type: 'block-delta', text: 'b' },
      { type: 'block-end' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('several candidates', () => {
    const candidates = [
      { content: { parts: [{ text: 'a' }] }, index: 0, ...stop },
      { content: { parts: [{ text: 'b' }] }, index: 1, finishReason: 'MAX_TOKENS' },
    ];
    expect(describeAll(read({ candidates })).filter((line) => line.startsWith('finish'))).toEqual([
      'finish 0 stop STOP',
      'finish 1 length MAX_TOKENS',
    ]);
  });

  test('an answer as a list of frames', () => {
    expect(describeAll(read([frame([{ text: 'a' }]), frame([{ text: 'b' }], stop)]))).toContain('text 0.0 b');
  });
});

describe('the beginning and the usage', () => {
  test('the model and the input are reported first, totals as they grow', () => {
    const usage = (candidatesTokenCount: number) => ({
      modelVersion: 'gemini-2.5-flash',
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount, totalTokenCount: 10 + candidatesTokenCount },
    });
    const events = read(frame([{ text: 'a' }], {}, usage(1)), frame([{ text: 'b' }], stop, usage(2)));
    expect(events[0]).toMatchObject({
      type: 'start',
      upstreamModel: 'gemini-2.5-flash',
      usage: { inputTokens: 10, outputTokens: 1 },
    });
    expect(events.filter((event) => event.type === 'usage').map(({ usage: { outputTokens } }) => outputTokens)).toEqual(
      [1, 2],
    );
  });

  test.each([
    [{ promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 22 }, [10, 12, 0, 7]],
    [{ promptTokenCount: 10, cachedContentTokenCount: 8, candidatesTokenCount: 5, totalTokenCount: 15 }, [10, 5, 8, 0]],
    [{ promptTokenCount: 10, toolUsePromptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 18 }, [13, 5, 0, 0]],
    [{ promptTokenCount: 21, totalTokenCount: 81, thoughtsTokenCount: 60 }, [21, 60, 0, 60]],
    [{ promptTokenCount: 21, candidatesTokenCount: 0, totalTokenCount: 81, thoughtsTokenCount: 60 }, [21, 60, 0, 60]],
    [{ promptTokenCount: 10, totalTokenCount: 30 }, [10, 20, 0, 0]],
    [{ promptTokenCount: '10', candidatesTokenCount: '5' }, [10, 5, 0, 0]],
  ])('%j', (usageMetadata, expected) => {
    const events = read(frame([{ text: 'a' }], stop, { usageMetadata }));
    const told = events.find((event) => event.type === 'usage')?.usage;
    expect([told?.inputTokens, told?.outputTokens, told?.cacheReadTokens, told?.reasoningTokens]).toEqual(expected);
  });

  test('a count that a later chunk omits keeps its value', () => {
    const first = {
      usageMetadata: { promptTokenCount: 10, cachedContentTokenCount: 4, candidatesTokenCount: 3, totalTokenCount: 13 },
    };
    const events = read(frame([{ text: 'a' }], {}, first), {
      ...frame([], stop),
      usageMetadata: { promptTokenCount: 10 },
    });
    expect(events.findLast((event) => event.type === 'usage')).toMatchObject({
      usage: { outputTokens: 3, cacheReadTokens: 4 },
    });
  });
});

describe('ends', () => {
  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ...[
      'SAFETY',
      'RECITATION',
      'BLOCKLIST',
      'PROHIBITED_CONTENT',
      'SPII',
      'LANGUAGE',
      'IMAGE_SAFETY',
      'ESCALATION',
    ].map((word) => [word, 'content-filter']),
    ['OTHER', 'stop'],
    ['SOMETHING_NEW', 'stop'],
    ['length', 'length'],
  ])('%s', (finishReason, reason) => {
    expect(lastOf(read(frame([{ text: 'a' }], { finishReason })))).toMatchObject({
      reason,
      vendorReason: finishReason,
    });
  });

  test('an answer whose finish reason is always null ends when its body ends, and not before', () => {
    const reader = new GeminiAnswerReader(readerOptions());
    const events: ConversationEvent[] = [];
    reader.read(frame([{ text: 'a' }], { finishReason: null }), events);
    expect(reader.finished).toBe(false);
    reader.end(events);
    expect(lastOf(events)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('a whole answer with content needs no finish reason', () => {
    const ended = (value: object) => {
      const reader = new GeminiAnswerReader(readerOptions());
      const events: ConversationEvent[] = [];
      reader.read(value, events);
      reader.end(events, true);
      return lastOf(events);
    };
    expect(ended(frame([{ text: 'a' }]))).toMatchObject({ type: 'finish', reason: 'stop' });
    expect(ended(frame([{ functionCall: { name: 'f' } }]))).toMatchObject({ type: 'finish', reason: 'tool-calls' });
    expect(ended(frame([]))).toMatchObject({ type: 'failure' });
  });

  test('content after the finish reason still counts', () => {
    const late = { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } };
    expect(describeAll(read(frame([{ text: 'a' }], stop), frame([{ text: 'b' }]), late))).toEqual([
      ...['start', 'start 0.0 text', 'text 0.0 a', 'text 0.0 b', 'usage', 'end 0.0', 'finish 0 stop STOP'],
    ]);
  });

  test('other members of the candidate are kept with its end', () => {
    const own = { groundingMetadata: { a: 1 }, avgLogprobs: -0.5 };
    expect(lastOf(read(frame([{ text: 'a' }], { ...stop, ...own })))).toMatchObject({ vendor: { gemini: own } });
  });

  test.each(['MALFORMED_FUNCTION_CALL', 'MALFORMED_RESPONSE', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'OTHER'])(
    "%s without content is nobody's fault",
    (finishReason) => {
      for (const candidate of [
        { finishReason, index: 0 },
        { content: {}, finishReason },
      ]) {
        expect(lastOf(read({ candidates: [candidate] }))).toMatchObject({
          type: 'failure',
          failure: { kind: 'upstream-unavailable', fault: 'model', message: expect.stringContaining(finishReason) },
        });
      }
    },
  );

  test('a malformed call after a text is not an end either', () => {
    expect(
      describeAll(read(frame([{ text: 'a' }]), frame([], { finishReason: 'MALFORMED_FUNCTION_CALL' }))).at(-1),
    ).toBe('failure model');
  });

  test('a blocked prompt is an answer that was ended by a filter', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] };
    const events = read({ promptFeedback, usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 } });
    expect(events).toMatchObject([
      { type: 'start' },
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 0 } },
      {
        ...{ type: 'finish', choice: 0, reason: 'content-filter', vendorReason: 'PROHIBITED_CONTENT' },
        vendor: { gemini: { promptFeedback } },
      },
    ]);
  });

  test('feedback on an answered prompt is ignored', () => {
    expect(lastOf(read({ promptFeedback: { safetyRatings: [] } }, frame([{ text: 'a' }], stop)))).toMatchObject({
      reason: 'stop',
    });
  });
});

test.each([{}, { candidates: [] }, { promptFeedback: {} }])(
  'counts alone (%j) are a stop without content',
  (others) => {
    const usageMetadata = { promptTokenCount: 5, thoughtsTokenCount: 20, totalTokenCount: 25 };
    expect(read({ ...others, usageMetadata, modelVersion: 'gemini-2.5-pro' })).toMatchObject([
      { type: 'start', upstreamModel: 'gemini-2.5-pro' },
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 20 } },
      { type: 'finish', choice: 0, reason: 'stop' },
    ]);
  },
);

test('thoughts alone without a finish reason are no answer of the model, and a cut text is one of the upstream', () => {
  const counted = (parts: object[]) => ({
    candidates: [{ content: { parts } }],
    usageMetadata: { totalTokenCount: 9 },
  });
  const thought = { text: 'Hm.', thought: true };
  const faultOf = (parts: object[]) => {
    const last = lastOf(read(counted(parts)));
    return last?.type === 'failure' ? last.failure.fault : last?.type;
  };
  expect([faultOf([thought]), faultOf([thought, { text: 'So' }])]).toEqual(['model', 'transient']);
});

describe('failures', () => {
  test.each([
    ['nothing', [], 'empty answer'],
    ['no candidates', [{ usageMetadata: {} }], 'empty answer'],
    ['a cut stream', [frame([{ text: 'a' }])], 'before it was complete'],
    ['a number', [7], 'invalid answer'],
    ["Google's error", [{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }], 'busy'],
    ['an error behind a text', [frame([{ text: 'a' }]), { error: { code: 500, message: 'oops' } }], 'oops'],
    ['an error in words', [{ message: 'no such thing' }], 'no such thing'],
    ['a used-up balance', [{ status: 'DAILY_LIMIT_EXCEEDED', balance: {} }], 'DAILY_LIMIT'],
    ['an error around an error', [{ upstream: { content: {} } }], 'upstream'],
    ['an error of another family', [{ type: 'error', error: { message: 'x' } }], 'x'],
  ])('%s', (_name, values, words) => {
    const last = lastOf(read(...values));
    expect(last).toMatchObject({ type: 'failure' });
    expect(last?.type === 'failure' && last.failure.message).toContain(words);
  });

  test('no events follow a failure', () => {
    const reader = new GeminiAnswerReader({
      newId: () => 'x',
      readFailure: () => new Failure('overloaded', 'busy'),
      brokenAnswer: (message) => new Failure('upstream-unavailable', message),
    });
    const events: ConversationEvent[] = [];
    reader.fail(new Failure('timeout', 'late'), events);
    reader.read(frame([{ text: 'a' }], stop), events);
    reader.fail(new Failure('timeout', 'later'), events);
    reader.end(events);
    expect(events).toHaveLength(1);
  });
});

const anyText = fc.oneof(fc.constantFrom('', 'a', '你好'), fc.string({ maxLength: 4 }));
const arbitraryPart = fc.oneof(
  fc.record(
    { text: anyText, thought: fc.boolean(), thoughtSignature: fc.constantFrom('', 'c2ln') },
    { requiredKeys: ['text'] },
  ),
  fc.record(
    {
      functionCall: fc.record(
        { id: fc.constantFrom('x', ''), name: fc.constantFrom('f', ''), args: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      ...{ thoughtSignature: fc.constant('c2ln') },
    },
    { requiredKeys: ['functionCall'] },
  ),
  fc.dictionary(fc.constantFrom('inlineData', 'text', 'executableCode'), fc.jsonValue({ maxDepth: 1 })),
);
const arbitraryCandidate = fc.record(
  {
    content: fc.oneof(fc.record({ parts: fc.array(arbitraryPart, { maxLength: 4 }) }), fc.jsonValue({ maxDepth: 1 })),
    index: fc.constantFrom(0, 1, -1, '0'),
    finishReason: fc.constantFrom('STOP', 'MAX_TOKENS', 'SAFETY', 'OTHER', 'MALFORMED_FUNCTION_CALL', null, 7),
  },
  { requiredKeys: [] },
);
const arbitraryFrame = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        candidates: fc.array(arbitraryCandidate, { maxLength: 2 }),
        usageMetadata: fc.dictionary(
          fc.constantFrom('promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'),
          fc.oneof(fc.nat(), fc.jsonValue()),
        ),
        promptFeedback: fc.record({ blockReason: fc.constantFrom('SAFETY', '') }),
        modelVersion: anyText,
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

test('the events follow the rules whatever the upstream sends', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFrame, { maxLength: 6 }), (values) => {
      read(...values);
    }),
    { numRuns: 2000 },
  );
});
