import { expect, it } from 'vitest';
import type { News } from '../../shared-state/shared-state.ts';
import { createSlot } from '../core/slot.ts';
import { ManualTimers } from '../testing/manual-timers.ts';
import { InFlightNews } from './in-flight-news.ts';

const hour = 3_600_000;

function setUp() {
  const timers = new ManualTimers();
  const slot = createSlot({ id: 'a', label: '', enabled: true, draining: false, weight: 1, maxConcurrency: null });
  const published: unknown[] = [];
  let receive: (data: unknown) => void = () => expect.unreachable();
  const news: News = {
    publish: (_topic, data) => published.push(data),
    subscribe(_topic, listener) {
      receive = listener;
      return () => undefined;
    },
    onGap: () => () => undefined,
  };
  const own = new InFlightNews({
    news,
    clock: timers.clock,
    timers,
    replica: 'own',
    slots: () => [slot],
    onTick: () => undefined,
  });
  return {
    timers,
    slot,
    published,
    own,
    receiveCount: (count: number) => receive({ replica: 'other', counts: [['a', count]] }),
  };
}

it.each([0, hour])(
  'forgets a silent replica and repeats its own counts after the clock is set back by %d',
  async (by) => {
    const { timers, slot, published, own, receiveCount } = setUp();
    receiveCount(3);
    expect(slot.inFlightElsewhere).toBe(3);
    slot.inFlight = 1;
    own.changed(slot);
    await timers.advance(1500);
    expect(slot.inFlightElsewhere).toBe(3);
    timers.setBack(by);
    const before = published.length;
    await timers.advance(3500);
    expect(slot.inFlightElsewhere).toBe(0);
    expect(published.length - before).toBeGreaterThanOrEqual(3);
  },
);
