import { expect, test } from 'vitest';
import type { ConversationEvent } from '../conversation/events.ts';
import { createLossReader } from './answer-loss.ts';

const place = { choice: 0, block: 0 };
const vendor = (dialect: string, value: Readonly<Record<string, unknown>>): ConversationEvent => ({
  type: 'block-start',
  ...place,
  kind: 'vendor',
  dialect,
  value,
});
const image: ConversationEvent = {
  type: 'block-start',
  ...place,
  kind: 'image',
  source: { type: 'url', url: 'https://example.com/a.png' },
};
const finish = (members: object): ConversationEvent => ({
  type: 'finish',
  choice: 0,
  reason: 'stop',
  vendor: { there: { ...members } },
});

test.each<readonly [ConversationEvent, string | undefined]>([
  [vendor('there', { type: 'search' }), 'search'],
  [vendor('there', { functionCall: {} }), 'functionCall'],
  [vendor('there', {}), 'content'],
  [vendor('here', { type: 'search' }), undefined],
  [image, undefined],
  [{ type: 'block-start', ...place, kind: 'text' }, undefined],
  [{ type: 'vendor-delta', ...place, dialect: 'there', value: { type: 'citations_delta' } }, 'citations_delta'],
  [{ type: 'vendor-delta', ...place, dialect: 'here', value: { type: 'citations_delta' } }, undefined],
  [{ type: 'block-end', ...place, vendor: { there: { annotations: [] } } }, 'annotations'],
  [finish({ avgLogprobs: -1, groundingMetadata: {} }), 'groundingMetadata'],
  [finish({ avgLogprobs: -1, safetyRatings: [] }), undefined],
])('%j', (event, loss) => {
  expect(createLossReader({ own: ['here'] })(event)).toBe(loss);
});

test('kinds of blocks that the API lacks', () => {
  const lossOf = createLossReader({ own: ['here'], lacks: ['image', 'vendor'] });
  expect([image, vendor('here', { type: 'search' })].map(lossOf)).toEqual(['image', 'search']);
});
