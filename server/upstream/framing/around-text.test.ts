import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type ConversationEvent, readLiterals } from '../../conversation/events.ts';
import { ChatAnswerReader } from '../../dialects/openai-chat/decode-answer.ts';
import { readRawBytes, toByteString } from '../../lib/byte-string.ts';
import { describeEvents, fixtureNames, readFixture } from '../routes/unified/testing/describe-events.ts';
import { unwrapUnified } from '../routes/unified/unwrap.ts';
import { readAroundText } from './around-text.ts';
import { readWhole } from './decode-whole.ts';
import { createReaderOptions } from './testing/reader-options.ts';

function read(json: string): ConversationEvent[] {
  const reader = new ChatAnswerReader({ ...createReaderOptions(), unwrap: unwrapUnified });
  return readWhole(json, reader, [], false);
}

/** Reads the bytes in both ways. The first result is undefined when the fast path does not apply. */
function readBothWays(bytes: Uint8Array): [string[] | undefined, string[]] {
  const body = Buffer.from(bytes);
  const events = readAroundText(readRawBytes(body), read);
  return [events && describeEvents(events), describeEvents(read(body.toString('utf8')))];
}

const answer = (content: unknown, more: object = {}, outside: object = {}) =>
  JSON.stringify({
    response_payload: { id: 'm', choices: [{ index: 0, message: { role: 'assistant', content, ...more } }] },
    platform_attributes: { model: 'claude', metrics: { usage: { input_tokens: 1, output_tokens: 2 } } },
    ...outside,
  });
const parts = (...texts: string[]) => texts.map((text) => ({ type: 'text', text }));
const call = { id: 'x', function: { name: 'f', arguments: '{"a":"b"}' } };

describe('text is passed on unparsed', () => {
  test.each([
    ['in a part', answer(parts('你好, "all"\n'))],
    ['as a string', answer('🔐')],
    ['with escapes that nobody needs', answer('X').replace('X', String.raw`\u4f60\/`)],
    ['in JSON with blanks', JSON.stringify(JSON.parse(answer(parts('hi'))), undefined, 2)],
    ['in a bare answer', JSON.stringify({ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] })],
    ['beside tool calls', answer('hi', { tool_calls: [call] })],
    ['beside reasoning', answer(parts('hi'), { reasoning_content: 'hm' })],
  ])('%s', (_name, body) => {
    const events = readAroundText(toByteString(body), read) ?? [];
    const literals = events.flatMap((event) => (event.type === 'block-literals' ? event.literals : []));
    expect(literals).toHaveLength(1);
    const [fast, plain] = readBothWays(Buffer.from(body));
    expect(fast).toEqual(plain);
    expect(plain).toContain(`text 0 ${readLiterals(literals)}`);
  });
});

describe('left to the full parse', () => {
  test.each([
    ['an answer of several texts', answer(parts('a', 'b'))],
    ['an answer with other words beyond ASCII', answer('hi', { reasoning_content: '嗯' })],
    ['an answer of tool calls', answer(null, { tool_calls: [call] })],
    ['a text that is reasoning', answer([{ type: 'thinking', text: 'hm' }, 'hi'])],
    ['a text that is named twice', answer('a').replace('"content":"a"', '"content":"a","content":"b"')],
    ['a text that is not the answer', answer([{ type: 'image', source: { text: 'a' } }, 'b'])],
    ['an error', JSON.stringify({ error: { message: 'm', text: 'a' } })],
    ['an answer with an error beside it', answer('hi', {}, { error: { message: 'm' } })],
    ['the mark itself', answer('hi', { reasoning_content: '\u007ftext\u007f' })],
    ['a text that does not end', '{"content":"a'],
    ['a text that ends in an escaped quote', '{"content":"a\\"'],
    ['a text with an escape that is none', answer('X').replace('X', '\\x')],
    ['a text with a line end in it', answer('X').replace('X', '\n')],
    ['an answer with a byte order mark', `\uFEFF${answer('hi')}`],
    ['an empty text', answer('')],
    ['bytes that are no text', Buffer.concat([Buffer.from('{"content":"'), Buffer.from([0xff]), Buffer.from('"}')])],
  ])('%s', (_name, body) => {
    expect(readBothWays(Buffer.from(body))[0]).toBeUndefined();
  });
});

test('very long answers are parsed whole', () => {
  const body = answer('x'.repeat(1024 * 1024));
  const never = vi.fn<() => []>(() => []);
  expect(readAroundText(body, never)).toBeUndefined();
  expect(never).not.toHaveBeenCalled();
});

test.each(fixtureNames.filter((name) => name.startsWith('plain')))('%s says the same', (name) => {
  const [fast, plain] = readBothWays(readFixture(name));
  expect(fast ?? plain).toEqual(plain);
});

const text = fc.oneof(
  fc.constantFrom('', 'a', '"', '\\', '\n', '你好', '🔐', '"text":"a"', '\u007ftext\u007f'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const content = fc.oneof(
  text,
  fc.array(fc.oneof(text, fc.record({ type: fc.constantFrom('text', 'thinking', 'refusal', 'x'), text })), {
    maxLength: 3,
  }),
);
const more = fc.oneof(
  fc.constant({}),
  fc.record({ reasoning_content: text }),
  fc.record({ text }),
  fc.record({ tool_calls: fc.constant([call]) }),
);
const outside = fc.oneof(
  fc.constant({}),
  fc.record({ text }),
  fc.record({ content: text }),
  fc.record({ error: text }),
  fc.record({ choices: fc.constant([]) }),
);
/** A change to the bytes: removes some at a position and inserts others. */
const change = fc.tuple(fc.nat(), fc.nat(3), fc.oneof(fc.constant([]), fc.uint8Array({ maxLength: 2 })));

test('every answer gives the same events with and without the fast path', () => {
  let fastReads = 0;
  fc.assert(
    fc.property(content, more, outside, fc.array(change, { maxLength: 1 }), (said, beside, around, changes) => {
      let bytes = [...Buffer.from(answer(said, beside, around))];
      for (const [place, cut, put] of changes) bytes = bytes.toSpliced(place % bytes.length, cut, ...put);
      const [fast, plain] = readBothWays(Uint8Array.from(bytes));
      if (fast !== undefined) fastReads += 1;
      expect(fast ?? plain).toEqual(plain);
    }),
    { numRuns: 2000 },
  );
  expect(fastReads).toBeGreaterThan(200);
});
