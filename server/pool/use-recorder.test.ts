import { expect, it, vi } from 'vitest';
import { createSlot } from './core/slot.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { UseRecorder } from './use-recorder.ts';

it('tries one write while the database fails, and makes up for all of them', async () => {
  const timers = new ManualTimers();
  const slots = ['a', 'b', 'c'].map((id) => {
    const slot = createSlot({ id, label: '', enabled: true, draining: false, weight: 1, maxConcurrency: null });
    slot.usedAt = timers.now;
    return slot;
  });
  const update = vi.fn(async (_id: string): Promise<never> => {
    throw new Error('The database does not respond.');
  });
  const onError = vi.fn();
  const recorder = new UseRecorder({ timers, store: { update }, slots: () => slots, onUsed: () => undefined, onError });
  recorder.start();
  await timers.advance(60_000);
  expect(update).toHaveBeenCalledOnce();
  expect(onError).toHaveBeenCalledOnce();
  update.mockImplementation(async () => undefined as never);
  await timers.advance(60_000);
  await recorder.close();
  expect(update.mock.calls.slice(1).map(([id]) => id)).toEqual(['a', 'b', 'c']);
});
