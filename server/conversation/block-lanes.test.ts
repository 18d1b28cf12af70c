import { expect, test } from 'vitest';
import { BlockLanes } from './block-lanes.ts';
import type { ConversationEvent } from './events.ts';

test('blocks that were open at the same time are emitted one after the other, however many there are', () => {
  const count = 100_000;
  const lanes = new BlockLanes(0);
  const events: ConversationEvent[] = [];
  const open = Array.from({ length: count }, () => lanes.open({ kind: 'text' }, events));
  const since = performance.now();
  for (const lane of open.toReversed()) lanes.close(lane, {}, events);
  // Moving all others for each one took eleven seconds.
  expect(performance.now() - since).toBeLessThan(5000);
  const blocks = events.map((event) => ('block' in event ? `${event.type} ${event.block}` : event.type));
  const wanted = Array.from({ length: count }, (_, block) => [`block-start ${block}`, `block-end ${block}`]);
  expect(blocks).toEqual(wanted.flat());
  const next: ConversationEvent[] = [];
  lanes.open({ kind: 'text' }, next);
  expect(next).toMatchObject([{ type: 'block-start', block: count }]);
});

test('any number of events may wait for an earlier block', () => {
  const lanes = new BlockLanes(0);
  const events: ConversationEvent[] = [];
  const first = lanes.open({ kind: 'text' }, events);
  const second = lanes.open({ kind: 'text' }, events);
  for (let count = 0; count < 1_000_000; count += 1) second.appendText('text', 'x', events);
  expect(events).toHaveLength(1);
  lanes.close(first, {}, events);
  expect(events).toHaveLength(1_000_003);
});
