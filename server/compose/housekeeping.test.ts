import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultSettings } from '../settings/settings-registry.ts';
import { startHousekeeping } from './housekeeping.ts';

const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_750_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Shared state of duties: the holder and the end of its lease. */
function createDuties() {
  let holder = { replica: '', until: 0 };
  return (replica: string) => ({
    async claim(_duty: string, milliseconds: number) {
      if (holder.replica !== replica && holder.until > Date.now()) return false;
      holder = { replica, until: Date.now() + milliseconds };
      return true;
    },
  });
}

function startReplica(
  name: string,
  dutiesOf: ReturnType<typeof createDuties>,
  done: string[],
  deleteSome: () => Promise<undefined> = async () => undefined,
) {
  return startHousekeeping({
    usage: { deleteSome, maintainSome: async () => false },
    admin: {
      async deleteAuditBefore() {
        done.push(name);
        return 0;
      },
    },
    settings: () => defaultSettings(),
    duties: dutiesOf(name),
    onError: (error) => expect.unreachable(String(error)),
  });
}

test('one replica runs it every hour, and another one takes over', async () => {
  const dutiesOf = createDuties();
  const done: string[] = [];
  const stop = startReplica('a', dutiesOf, done);
  await vi.advanceTimersByTimeAsync(1000);
  startReplica('b', dutiesOf, done);
  await vi.advanceTimersByTimeAsync(3 * hour);
  expect(done).toEqual(['a', 'a', 'a', 'a']);
  stop();
  await vi.advanceTimersByTimeAsync(3 * hour);
  expect(done.slice(4)).toEqual(['b', 'b']);
});

test('a run that takes hours is the only one, on any replica', async () => {
  const dutiesOf = createDuties();
  const done: string[] = [];
  let started = 0;
  const run = Promise.withResolvers<undefined>();
  startReplica('a', dutiesOf, done, () => {
    started += 1;
    return run.promise;
  });
  await vi.advanceTimersByTimeAsync(1000);
  startReplica('b', dutiesOf, done);
  await vi.advanceTimersByTimeAsync(5 * hour);
  expect([started, done]).toEqual([1, []]);
  run.resolve(undefined);
  await vi.advanceTimersByTimeAsync(hour);
  expect(done).toEqual(['a', 'a']);
});
