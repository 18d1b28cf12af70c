import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConversationEvent, readLiterals } from '../../conversation/events.ts';
import { ChatAnswerReader } from '../../dialects/openai-chat/decode-answer.ts';
import { asByteString, fromByteString, toByteString } from '../../lib/byte-string.ts';
import { describeEvents } from '../routes/unified/testing/describe-events.ts';
import { unwrapUnified } from '../routes/unified/unwrap.ts';
import { chatFastPath } from './chat-fast-path.ts';
import { createStreamDecoder } from './decode-stream.ts';
import type { FrameReading } from './frame-reading.ts';
import { createReaderOptions } from './testing/reader-options.ts';
import { createTextTemplate, type TextTemplate } from './text-template.ts';

/** @param fast whether to use the fast path; without it, every frame is parsed */
function createReading(fast: boolean): FrameReading {
  const createReader = () => new ChatAnswerReader({ ...createReaderOptions(), unwrap: unwrapUnified });
  const fastPath = fast ? chatFastPath : undefined;
  return { reader: createReader(), secrets: [], frames: undefined, createReader, fastPath };
}

/** @param cut where to split the bytes into two reads */
function decode(bytes: Uint8Array, fast: boolean, cut = 0): string[] {
  const decoder = createStreamDecoder(createReading(fast));
  const reads = [bytes.subarray(0, cut), bytes.subarray(cut)];
  return describeEvents([...reads.flatMap((read) => decoder.decode(read)), ...decoder.end()]);
}

const frame = (text: string, rest: object = {}, index = 0) =>
  JSON.stringify({
    response_payload: {
      id: 'm',
      choices: [
        { index, message: { role: 'assistant', content: [{ type: 'text', text }] }, finish_reason: null, ...rest },
      ],
    },
    platform_attributes: { model: 'claude' },
  });
const said = (text: string, choice = 0): ConversationEvent[] => [
  { type: 'block-delta', choice, block: 0, kind: 'text', text },
];

/** A template that has learned from one text frame. */
function learnedTemplate(make: (text: string) => string, choice = 0, text = 'one'): TextTemplate {
  const template = createTextTemplate(createReading(true), chatFastPath);
  template.learn(make(text), said(text, choice));
  return template;
}

const line = (data: string) => `data: ${data}\n`;

/** The template's reading of these lines, with the text decoded. */
function read(template: TextTemplate, lines: string, start = 0) {
  const bytes = toByteString(lines);
  const run = template.readRun(bytes, start);
  if (run === undefined) return undefined;
  const texts = run.literals.map((literal) => readLiterals([literal]));
  return { choice: run.choice, texts, rest: fromByteString(asByteString(bytes.slice(run.end))) };
}

describe('frames like those before them', () => {
  const template = learnedTemplate(frame);

  test.each(['a', 'a longer piece of text', '你好', '🔐', 'a"b\\c\nd', '\u0000', '\ud800', '</script>', '"}]}'])(
    'say %j',
    (text) => {
      expect(read(template, line(frame(text)))).toEqual({ choice: 0, texts: [text], rest: '' });
    },
  );

  test('may have unnecessary escapes', () => {
    const escaped = String.raw`\u00e9\/\u4f60\ud83d\udd10\t`;
    expect(read(template, line(frame('X').replace('X', escaped)))?.texts).toEqual(['é/你🔐\t']);
  });

  test('are recognised when everything beyond ASCII is escaped', () => {
    const toEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const ascii = (text: string) => frame(text).replace(/[^ -~]/g, toEscape);
    expect(read(learnedTemplate(ascii, 0, '世界'), line(ascii('你好')))?.texts).toEqual(['你好']);
  });

  test('with empty text give no literals', () => {
    expect(read(template, line(frame('')))).toEqual({ choice: 0, texts: [], rest: '' });
  });

  test('are read in one run, up to the first one that differs', () => {
    const lines = [frame('a'), frame(''), frame('b'), '[DONE]', frame('c')].map(line);
    const expected = { choice: 0, texts: ['a', 'b'], rest: lines.slice(3).join('') };
    expect(read(template, lines.join(''))).toEqual(expected);
    expect(read(template, `: c\n${lines.join('')}`, 4)).toEqual(expected);
  });

  test('may have a blank line after each, or no space after the colon', () => {
    expect(read(template, `${line(frame('a'))}\n${line(frame('b'))}\n\n`)).toEqual({
      choice: 0,
      texts: ['a', 'b'],
      rest: '\n',
    });
    const tight = `data:${frame('a')}\ndata:${frame('b')}\n`;
    expect(read(template, tight)).toEqual({ choice: 0, texts: ['a', 'b'], rest: '' });
    expect(read(template, line(` ${frame('a')}`))).toBeUndefined();
  });

  test.each([
    ['an unescaped quote', frame('X').replace('X', 'a"b')],
    ['an unescaped quote and a comma', frame('X').replace('X', 'a","b":"c')],
    ['a control character', frame('X').replace('X', 'a\tb')],
    ['an escape that is none', frame('X').replace('X', '\\x')],
    ['an escape that is too short', frame('X').replace('X', '\\u12')],
    ['an escape that is cut', frame('X').replace('X', 'a\\')],
    ['another beginning', frame('X').replace('"m"', '"n"')],
    ['another end', frame('X').replace('"claude"', '"gpt"')],
    ['the beginning only', frame('X').slice(0, -1)],
    ['less than beginning and end', frame('').replace('text":""', 'text":"')],
    ['a line end', frame('X').replace('X', '\n')],
    ['nothing', ''],
  ])('%s is left to the parser', (_name, data) => {
    expect(read(template, line(data))).toBeUndefined();
    expect(read(template, line(frame('a')) + line(data))).toEqual({ choice: 0, texts: ['a'], rest: line(data) });
  });

  test('belong to their choice', () => {
    const second = learnedTemplate((text) => frame(text, {}, 2), 2);
    expect(read(second, line(frame('a', {}, 2)))).toEqual({ choice: 2, texts: ['a'], rest: '' });
  });
});

describe('frames that teach nothing', () => {
  test.each<readonly [string, (text: string) => string]>([
    ['with a reason to finish', (text) => frame(text, { finish_reason: 'stop' })],
    [
      'with usage',
      (text) => JSON.stringify({ ...JSON.parse(frame(text)), usage: { prompt_tokens: 1, completion_tokens: 2 } }),
    ],
    [
      'with a tool call',
      (text) => frame(text, { message: { content: text, tool_calls: [{ function: { name: text } }] } }),
    ],
    [
      'with tool calls that have no id',
      (text) => {
        const call = { function: { name: 'f', arguments: '{}' } };
        return frame(text, { message: { content: text, tool_calls: [call, call] } });
      },
    ],
    [
      'with a second choice',
      (text) => JSON.stringify({ choices: [{ index: 0, delta: { content: text } }, { index: 1 }] }),
    ],
    [
      'with an error',
      (text) => JSON.stringify({ choices: [{ index: 0, delta: { content: text } }], error: { message: 'm' } }),
    ],
    ['with the text twice', (text) => frame(text, { message: { content: [text, text] } })],
    [
      'with the text in another place first',
      (text) => JSON.stringify({ note: text, choices: [{ index: 0, delta: { content: text } }] }),
    ],
    ['of several lines', (text) => frame(text).replace(',', ',\n')],
    ['with more text beside it', (text) => frame(text, { message: { content: [text, 'more'] } })],
  ])('%s', (_name, make) => {
    expect(read(learnedTemplate(make), line(make('five')))).toBeUndefined();
  });

  test('are not tried forever', () => {
    const template = createTextTemplate(createReading(true), chatFastPath);
    for (let count = 0; count < 20; count += 1) template.learn(frame(`${count}`, { n: count }), said(`${count}`));
    template.learn(frame('a'), said('a'));
    expect(read(template, line(frame('b')))).toBeUndefined();
  });
});

test('much of a stream is read without being parsed', () => {
  const events = createStreamDecoder(createReading(true)).decode(
    Buffer.from(Array.from({ length: 100 }, (_, index) => `${line(frame(`${index}`))}\n`).join('')),
  );
  const literals = events.flatMap((event) => (event.type === 'block-literals' ? [event.literals] : []));
  expect(literals).toHaveLength(1);
  expect(literals[0]?.length).toBeGreaterThan(90);
});

const text = fc.oneof(
  fc.constantFrom('', 'a', ' word', 'a longer piece of text', '"', '\\', '\n', '你好', '🔐', '{"a":1}', 'data: x'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const shapes: readonly ((text: string) => string)[] = [
  frame,
  (said) => frame(said, {}, 1),
  (said) => JSON.stringify({ choices: [{ delta: { content: said } }] }),
  (said) =>
    JSON.stringify({ choices: [{ index: 0, delta: { content: said, reasoning: null } }], model: 'm', usage: null }),
  (said) => JSON.stringify({ choices: [{ index: 0, message: { content: said }, finish_reason: 'weird' }] }),
  (said) => frame(said, { finish_reason: 'max_tokens' }),
  (said) =>
    JSON.stringify({
      choices: [{ index: 0, delta: { content: said } }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    }),
];
const others = [
  frame('a', { finish_reason: 'end_turn' }),
  frame('a', { finish_reason: 'max_tokens' }),
  '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}',
  '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{}"}}]}}]}',
  '{}',
  '[DONE]',
  '{"error":{"message":"m"}}',
  'oops',
];

test('every stream gives the same events with and without the fast path', () => {
  const data = fc.oneof(
    { weight: 12, arbitrary: text.map((words) => ({ words })) },
    { weight: 1, arbitrary: fc.constantFrom(...others).map((other) => ({ other })) },
  );
  const mostly = (usual: string, other: string) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(other) });
  const frames = fc.array(fc.tuple(mostly('data: ', 'data:'), data, mostly('', '\n')), { maxLength: 25 });
  const mutation = fc.record({
    place: fc.nat(),
    byte: fc.oneof(fc.constantFrom(0x22, 0x5c, 0x0a, 0x0d, 0x7b, 0x7d, 0x2c), fc.nat(255)),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...shapes),
      frames,
      fc.constantFrom('\n', '\n\n', '\r\n\r\n'),
      fc.array(mutation, { maxLength: 3 }),
      fc.nat(),
      (shape, list, end, mutations, place) => {
        const bytes = Buffer.from(
          list
            .map(([name, one, more]) => `${name}${'other' in one ? one.other : shape(one.words)}${end}${more}`)
            .join(''),
        );
        const cut = place % (bytes.length + 1);
        expect(decode(bytes, true, cut)).toEqual(decode(bytes, false));
        for (const { place, byte } of mutations) if (bytes.length > 0) bytes[place % bytes.length] = byte;
        expect(decode(bytes, true)).toEqual(decode(bytes, false));
      },
    ),
    { numRuns: 1500 },
  );
});

test('nothing is emitted after the end, not even by template', () => {
  const stream = (...data: string[]) => Buffer.from(data.map((each) => `data: ${each}\n\n`).join(''));
  const words = ['1', '2', '3', '4', '5'].map((word) => frame(word));
  expect(decode(stream(...words, '[DONE]', ...words), true).at(-1)).toBe('finish 0 stop');
});

test.each(['[done]', '"[DONE]"', 'Billed: 3 tokens', '{"bill":'])(
  '%s behind a finished answer is no failure',
  (said) => {
    const stream = (...data: string[]) => Buffer.from(data.map((each) => `data: ${each}\n\n`).join(''));
    const finished = frame('a', { finish_reason: 'max_tokens' });
    expect(decode(stream(finished, said), true).at(-1)).toBe('finish 0 length');
    expect(decode(stream(frame('a'), said), true).at(-1)).toMatch(/^failure/);
  },
);
