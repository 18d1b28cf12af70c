import { expect, test } from 'vitest';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { ConversationEvent } from './events.ts';
import { showForeignBlocks } from './show-foreign-blocks.ts';

const place = { choice: 0, block: 1 };
const start = (text?: string): ConversationEvent => ({
  type: 'block-start',
  ...place,
  kind: 'vendor',
  dialect: 'there',
  value: { type: 'code' },
  ...withoutUndefined({ text }),
});
const delta: ConversationEvent = { type: 'vendor-delta', ...place, dialect: 'there', value: { type: 'more' } };
const end: ConversationEvent = { type: 'block-end', ...place, vendor: { there: { a: 1 } } };
const isLost = () => 'code';

test('a block of another API is replaced by its text, however its events arrive', () => {
  const expected = [
    { type: 'block-start', ...place, kind: 'text' },
    { type: 'block-delta', ...place, kind: 'text', text: '`x`' },
    { type: 'block-end', ...place },
  ];
  const events = [start('`x`'), delta, end];
  expect(showForeignBlocks(isLost)()(events)).toEqual(expected);
  const transform = showForeignBlocks(isLost)();
  expect(events.flatMap((event) => transform([event]))).toEqual(expected);
});

test.each<readonly [string, readonly ConversationEvent[], () => string | undefined]>([
  ['a block without a text', [start(), delta, end], isLost],
  ['a block of the client’s own API', [start('`x`'), delta, end], () => undefined],
  [
    'a text',
    [
      { type: 'block-start', ...place, kind: 'text' },
      { type: 'block-end', ...place },
    ],
    isLost,
  ],
])('%s stays', (_, events, lossOf) => {
  expect(showForeignBlocks(lossOf)()(events)).toEqual(events);
});
