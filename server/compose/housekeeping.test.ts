import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SettingStore } from '../settings/settings.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import { startHousekeeping } from './housekeeping.ts';

const hour = 3_600_000;
const day = 24 * hour;

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

/** A settings store that forgets nothing while replicas restart. */
function createStored(): SettingStore {
  const sections = new Map<string, unknown>();
  return {
    load: async () => Object.fromEntries(sections),
    save: async (section, value) => void sections.set(section, value),
  };
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
    stored: createStored(),
    duties: dutiesOf(name),
    warn: (message) => expect.unreachable(message),
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

describe('the age of data', () => {
  const auditDays = defaultSettings().retention.auditDays * day;

  /** Runs housekeeping for some hours. @returns the times from which it counted the age of data */
  async function runFor(hours: number, stored: SettingStore, warnings: string[] = []): Promise<number[]> {
    const times: number[] = [];
    const stop = startHousekeeping({
      usage: { deleteSome: async () => undefined, maintainSome: async () => false },
      admin: {
        async deleteAuditBefore(time) {
          times.push(time + auditDays);
          return 0;
        },
      },
      settings: () => defaultSettings(),
      stored,
      duties: { claim: async () => true },
      warn: (message) => void warnings.push(message),
      onError: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(hours * hour);
    stop();
    return times;
  }

  test('is counted from the clock', async () => {
    const start = Date.now();
    const times = await runFor(2, createStored());
    expect(times).toEqual([start + 60_000, start + hour, start + 2 * hour]);
  });

  test('grows by some hours per run if the clock is years ahead, until the date is corrected', async () => {
    const stored = createStored();
    const start = Date.now();
    const last = (await runFor(1, stored)).at(-1) ?? 0;
    const warnings: string[] = [];
    vi.setSystemTime(start + 4000 * day);
    const times = await runFor(1, stored, warnings);
    expect(times).toEqual([last + 6 * hour, last + 12 * hour]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('3999 days ahead');
    vi.setSystemTime(start + 2 * hour);
    expect(await runFor(0.5, stored)).toEqual([start + 2 * hour + 60_000]);
  });

  test('catches up after the gateway was off', async () => {
    const stored = createStored();
    await runFor(1, stored);
    vi.setSystemTime(Date.now() + 10 * day);
    const times = await runFor(60, stored);
    expect(times.at(-1)).toBe(Date.now());
  });
});
