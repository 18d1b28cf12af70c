import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';
import { createSseDecoder, SseOverflowError } from './sse.ts';

interface Frame {
  readonly event: string;
  readonly data: string;
}

/** A decoder that returns the frames it emitted. */
function createCollector(takesLine: (line: string) => boolean = () => false, bound?: number) {
  let frames: Frame[] = [];
  const decoder = createSseDecoder(
    {
      takeLine(line, event) {
        const taken = takesLine(line);
        if (taken) frames.push({ data: line, event });
        return taken;
      },
      takeFrame: (joined, event) => void frames.push({ data: joined, event }),
    },
    bound,
  );
  const take = () => {
    const taken = frames;
    frames = [];
    return taken;
  };
  return {
    decodeChunk(bytes: Uint8Array) {
      decoder.decodeChunk(bytes);
      return take();
    },
    end() {
      decoder.end();
      return take();
    },
  };
}

function decode(decoder: ReturnType<typeof createCollector>, ...pieces: readonly (string | Uint8Array)[]): Frame[] {
  const frames = pieces.flatMap((piece) => decoder.decodeChunk(typeof piece === 'string' ? Buffer.from(piece) : piece));
  return [...frames, ...decoder.end()];
}

const standard = () => createCollector();
const data = (...values: readonly string[]) => values.map((value) => ({ data: value, event: '' }));

describe('the standard', () => {
  test.each([
    ['LF', 'data: a\n\ndata: b\n\n', data('a', 'b')],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', data('a', 'b')],
    ['CR', 'data: a\r\rdata: b\r\r', data('a', 'b')],
    ['mixed line ends', 'data: a\r\n\ndata: b\n\r', data('a', 'b')],
    ['no space behind the colon', 'data:a\n\n', data('a')],
    ['only one space is taken off', 'data:  a\n\n', data(' a')],
    ['several data lines', 'data: a\ndata: b\ndata\ndata: c\n\n', data('a\nb\n\nc')],
    ['a byte order mark', '\uFEFFdata: a\n\n', data('a')],
    ['a byte order mark elsewhere is text', 'data: \uFEFFa\n\n\uFEFFdata: b\n\n', data('\uFEFFa')],
    ['comments', ': ping\n\ndata: a\n: ping\ndata: b\n\n:\n', data('a\nb')],
    ['an event', 'event: x\ndata: a\n\ndata: b\n\n', [{ data: 'a', event: 'x' }, ...data('b')]],
    ['the last event line counts', 'event: x\nevent: y\ndata: a\n\n', [{ data: 'a', event: 'y' }]],
    ['an event without data is none', 'event: x\n\ndata: a\n\n', data('a')],
    ['fields of no interest', 'id: 1\nretry: 5\nfoo: bar\ndata: a\nDATA: b\n data: c\n\n', data('a')],
    ['empty data', 'data:\n\n', data('')],
    ['nothing', '', []],
    ['blank lines', '\n\n\r\n', []],
    ['a last frame without its blank line', 'data: a\n\ndata: b\n', data('a', 'b')],
    ['a last frame without its line end', 'data: a\n\ndata: b', data('a', 'b')],
    ['a colon in the value', 'data: a: b\n\n', data('a: b')],
  ])('%s', (_name, text, frames) => {
    expect(decode(standard(), text)).toEqual(frames);
  });

  test('a frame is emitted with its last byte', () => {
    const decoder = standard();
    expect(decoder.decodeChunk(Buffer.from('data: a\r\n'))).toEqual([]);
    expect(decoder.decodeChunk(Buffer.from('\r'))).toEqual(data('a'));
    expect(decoder.decodeChunk(Buffer.from('\ndata: b\n\n'))).toEqual(data('b'));
  });

  test('the input buffer can be reused after push', () => {
    const decoder = standard();
    const bytes = Buffer.from('data: ab');
    decoder.decodeChunk(bytes);
    bytes.fill(0x78);
    expect(decode(decoder, 'c\n\n')).toEqual(data('abc'));
  });
});

describe('frames that are separated by single line breaks', () => {
  const lenient = () => createCollector((line) => parseJson(line) !== undefined);

  test.each([
    ['one frame a line', 'data: {"a":1}\ndata: {"a":2}\n', data('{"a":1}', '{"a":2}')],
    ['with blank lines too', 'data: {"a":1}\n\ndata: {"a":2}\n\n', data('{"a":1}', '{"a":2}')],
    [
      'an event line before each',
      'event: x\ndata: 1\nevent: y\ndata: 2\n',
      [
        { data: '1', event: 'x' },
        { data: '2', event: 'y' },
      ],
    ],
    ['JSON over several data lines', 'data: {"a":[\ndata: 1\ndata: ]}\n\n', data('{"a":[\n1\n]}')],
    ['no JSON at all', 'data: a\ndata: b\n\n', data('a\nb')],
  ])('%s', (_name, text, frames) => {
    expect(decode(lenient(), text)).toEqual(frames);
  });

  test('a whole line does not wait for the next one', () => {
    expect(lenient().decodeChunk(Buffer.from('data: {"a":1}\n'))).toEqual(data('{"a":1}'));
  });
});

describe('bounds', () => {
  const bounded = () => createCollector(undefined, 100);

  test('a line that does not end', () => {
    const decoder = bounded();
    decoder.decodeChunk(Buffer.from(`data: ${'a'.repeat(90)}`));
    expect(() => decoder.decodeChunk(Buffer.from('aaaaaaaaa'))).toThrow(SseOverflowError);
  });

  test('a frame that does not end', () => {
    const decoder = bounded();
    const line = Buffer.from(`data: ${'a'.repeat(30)}\n`);
    decoder.decodeChunk(line);
    decoder.decodeChunk(line);
    decoder.decodeChunk(line);
    expect(() => decoder.decodeChunk(line)).toThrow(SseOverflowError);
  });

  test('many small frames do not exceed the limit of one', () => {
    expect(decode(bounded(), `data: ${'a'.repeat(50)}\n\n`.repeat(10))).toHaveLength(10);
  });
});

/** A simple, slow reference implementation of the standard to compare the decoder with. */
function specification(bytes: Uint8Array): Frame[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const frames: Frame[] = [];
  let lines: string[] = [];
  let event = '';
  const close = () => {
    if (lines.length > 0) frames.push({ data: lines.join('\n'), event });
    lines = [];
    event = '';
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name = line, value = ''] = /^([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
    if (line === '') close();
    else if (name === 'data') lines.push(value);
    else if (name === 'event') event = value;
  }
  close();
  return frames;
}

const piece = fc.oneof(
  fc.constantFrom(
    'data',
    'data:',
    'data: ',
    'event: x',
    ': c',
    'id: 1',
    '\n',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\uFEFF',
    '你好',
    '🔐',
    ':',
    ' ',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const streams = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => new Uint8Array(Buffer.from(pieces.join('')))),
  fc.uint8Array({ maxLength: 60 }),
);

test('decodes like the standard, however the bytes are chunked', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
      const expected = specification(bytes);
      expect(decode(standard(), bytes)).toEqual(expected);
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(decode(standard(), ...pieces)).toEqual(expected);
      expect(decode(standard(), ...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
    }),
    { numRuns: 1500 },
  );
});
