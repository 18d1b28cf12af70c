import { Buffer } from 'node:buffer';
import { isRecord, parseJson } from '../../server/lib/json.ts';

/** Seeded pseudo-random numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;

const pickIndex = (length: number, random: Random) => Math.floor(random() * length);
function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[pickIndex(items.length, random)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

/** Fragments that often break parsers. */
const pieces = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', 'null', 'true', '-0', '1e400', '0.1e-7', '9007199254740993', '[]', '{}'],
  ...['\n', '\r\n', '\r', '\n\n', 'data: ', 'data:', 'event: ', ': ', '[DONE]', 'data: {}\n\n', '\u0000', '\ufeff'],
  ...['\u2028', '\ud83d\ude00', '\\u0000', '\\ud800', '\\udc00', '%00', '%25', '&amp;', '__proto__', '"__proto__":{},'],
  ...['{"type":"error"}', '"index":-1', '"index":1e9', '"arguments":"{"', '"id":""', '"content":null', ',"a":[[[[[['],
].map((text) => Buffer.from(text));

const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    'x',
    '{}',
    '[',
    '\ud800',
    '\u0000',
    'constructor',
  ],
  ...[
    [],
    {},
    [null],
    [[]],
    [{}],
    { type: 'text' },
    { type: 'unknown' },
    { toString: null },
    { a: { b: { c: [] } } },
    'x'.repeat(3000),
  ],
];

/** Mutates an input of the corpus with a few random changes. */
export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let bytes = pick(corpus, random);
  const changes = 1 + pickIndex(4, random);
  for (let change = 0; change < changes; change += 1) {
    bytes = random() < 0.5 ? changeValue(bytes, random) : changeBytes(bytes, corpus, random);
  }
  return bytes;
}

function changeBytes(bytes: Buffer, corpus: readonly Buffer[], random: Random): Buffer {
  const start = pickIndex(bytes.length + 1, random);
  const end = Math.min(bytes.length, start + pickIndex(1 + pickIndex(64, random), random));
  const inserted = [
    () => Buffer.alloc(0),
    () => Buffer.from([pickIndex(256, random)]),
    () => pick(pieces, random),
    () => bytes.subarray(start, end),
    () => Buffer.concat([bytes.subarray(start, end), bytes.subarray(start, end), bytes.subarray(start, end)]),
    () => partOf(pick(corpus, random), random),
  ];
  return Buffer.concat([bytes.subarray(0, start), pick(inserted, random)(), bytes.subarray(end)]);
}

function partOf(bytes: Buffer, random: Random): Buffer {
  const start = pickIndex(bytes.length + 1, random);
  return bytes.subarray(start, start + pickIndex(2000, random));
}

/** Changes a value inside one of the input's JSON texts: the whole input, or a line of a stream. */
function changeValue(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('utf8');
  const whole = parseJson(text);
  if (whole !== undefined) return Buffer.from(stringify(changeInside(whole, random)));
  const lines = text.split('\n');
  const at = pickIndex(lines.length, random);
  const line = lines[at] ?? '';
  const brace = line.indexOf('{');
  const value = brace < 0 ? undefined : parseJson(line.slice(brace));
  if (value === undefined) return bytes;
  lines[at] = line.slice(0, brace) + stringify(changeInside(value, random));
  return Buffer.from(lines.join('\n'));
}

const stringify = (value: unknown) => JSON.stringify(value) ?? 'null';

/** Replaces or removes a random nested value. */
function changeInside(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) return pick(values, random);
  if (Array.isArray(value)) return changeItem(value, random);
  if (!isRecord(value)) return value;
  const names = Object.keys(value);
  const name = names.length === 0 ? 'x' : pick(names, random);
  const { [name]: old, ...rest } = value;
  const kind = random();
  if (kind < 0.15) return rest;
  if (kind < 0.25) return { ...value, [pick(names.length === 0 ? ['x'] : names, random)]: old };
  return { ...value, [name]: changeInside(old, random) };
}

function changeItem(list: readonly unknown[], random: Random): unknown {
  const at = pickIndex(list.length, random);
  const kind = random();
  if (list.length === 0 || kind < 0.1) return [...list, pick(values, random)];
  if (kind < 0.25) return list.filter((_, index) => index !== at);
  if (kind < 0.4) return [...list, ...list];
  return list.map((item: unknown, index) => (index === at ? changeInside(item, random) : item));
}
