import { describe, expect, it } from 'vitest';
import type { BackupMemory } from './backup-memory.ts';
import { createBackupSchedule, nextBackupAt, PassphraseMissing, type ScheduleStore } from './schedule.ts';

/** In the machine's time zone, like the hour. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 0, day, hour, minute).getTime();
const daily = { enabled: true, hour: 4, keep: 3, folder: '' };
const result = (time: number, ok: boolean) => ({ at: time, ok, file: null, bytes: null, message: '' });

describe('the next backup', () => {
  it.each<[string, BackupMemory, number, number]>([
    ['at once, when there never was one', {}, at(5, 12), at(5, 4)],
    ['tomorrow, after today’s', { lastSuccessAt: at(5, 4, 1) }, at(5, 12), at(6, 4)],
    ['today, before its hour', { lastSuccessAt: at(4, 4, 1) }, at(5, 3), at(5, 4)],
    ['at once, when the hour was missed', { lastSuccessAt: at(3, 4, 1) }, at(5, 12), at(5, 4)],
    ['an hour after one that failed', { last: result(at(5, 4, 1), false) }, at(5, 4, 2), at(5, 5, 1)],
    ['at the hour, after yesterday’s failure', { last: result(at(4, 23), false) }, at(5, 5), at(5, 4)],
    ['at once, after one from when the clock was wrong', { lastSuccessAt: at(300, 4) }, at(5, 12), at(5, 4)],
    ['at once, after a failure from then', { last: result(at(300, 4), false) }, at(5, 12), at(5, 4)],
    ['tomorrow, after one by a replica whose clock is ahead', { lastSuccessAt: at(5, 12, 1) }, at(5, 12), at(6, 4)],
  ])('is %s', (_what, memory, now, expected) => {
    expect(nextBackupAt(daily, memory, now)).toBe(expected);
  });

  it('is never if the schedule is disabled', () => {
    expect(nextBackupAt({ ...daily, enabled: false }, {}, at(5, 12))).toBeUndefined();
  });
});

function createMemoryStore(passphrase?: string): ScheduleStore & { memory: unknown } {
  let kept = passphrase;
  return {
    memory: undefined,
    loadPassphrase: async () => kept,
    async savePassphrase(given) {
      kept = given;
    },
    async loadMemory() {
      return this.memory;
    },
    async saveMemory(memory) {
      this.memory = structuredClone(memory);
    },
  };
}

async function start({ passphrase, duty = true }: { passphrase?: string; duty?: boolean } = {}) {
  const store = createMemoryStore(passphrase);
  const written: string[] = [];
  const world = { now: at(5, 12), failure: undefined as string | undefined, written, store };
  const open = () =>
    createBackupSchedule({
      store,
      settings: () => daily,
      async write(_settings, word) {
        if (world.failure !== undefined) throw new Error(world.failure);
        written.push(word);
        return { file: `${written.length}.backup`, bytes: 7 };
      },
      claimDuty: async () => duty,
      clock: () => world.now,
    });
  return { ...world, world, schedule: await open(), open };
}

describe('daily backups', () => {
  it('are made once a day, and their result is known after a restart', async () => {
    const { schedule, world, open } = await start({ passphrase: 'a passphrase' });
    await schedule.runIfDue();
    await schedule.runIfDue();
    expect(world.written).toEqual(['a passphrase']);
    world.now = at(6, 3, 59);
    await schedule.runIfDue();
    world.now = at(6, 4);
    await schedule.runIfDue();
    expect(world.written).toHaveLength(2);
    const restarted = await open();
    expect(restarted.state()).toMatchObject({
      last: { ok: true, file: '2.backup', bytes: 7 },
      lastSuccessAt: at(6, 4),
      nextAt: at(7, 4),
      isRunning: false,
    });
  });

  it('wait for a passphrase, which can be changed', async () => {
    const { schedule, written } = await start();
    await schedule.runIfDue();
    await expect(schedule.backUpNow()).rejects.toBeInstanceOf(PassphraseMissing);
    expect(schedule.state()).toMatchObject({ hasPassphrase: false, nextAt: undefined });
    await schedule.setPassphrase('the first one');
    await schedule.runIfDue();
    await schedule.setPassphrase('the second one');
    expect(await schedule.backUpNow()).toMatchObject({ ok: true });
    expect(written).toEqual(['the first one', 'the second one']);
  });

  it('are reported and retried an hour later if they fail, and the last success stays known', async () => {
    const { schedule, world } = await start({ passphrase: 'a passphrase' });
    await schedule.runIfDue();
    Object.assign(world, { now: at(6, 4), failure: 'no space is left' });
    await schedule.runIfDue();
    expect(schedule.state()).toMatchObject({
      last: { ok: false, message: 'no space is left' },
      lastSuccessAt: at(5, 12),
      nextAt: at(6, 5),
    });
    world.failure = undefined;
    await schedule.runIfDue();
    expect(world.written).toHaveLength(1);
    world.now = at(6, 5);
    await schedule.runIfDue();
    expect(schedule.state()).toMatchObject({ last: { ok: true }, lastSuccessAt: at(6, 5) });
  });

  it('are not repeated at every check while their result cannot be stored', async () => {
    const { schedule, store, written } = await start({ passphrase: 'a passphrase' });
    const { saveMemory } = store;
    store.saveMemory = async () => {
      throw new Error('The database is read-only.');
    };
    await expect(schedule.runIfDue()).rejects.toThrow('read-only');
    await schedule.runIfDue();
    expect(written).toHaveLength(1);
    store.saveMemory = saveMemory;
    await schedule.runIfDue();
    expect([written.length, store.memory]).toEqual([1, schedule.state().last && expect.anything()]);
  });

  it('are made by another replica if it has the duty', async () => {
    const { schedule, written } = await start({ passphrase: 'a passphrase', duty: false });
    await schedule.runIfDue();
    expect(written).toEqual([]);
  });

  it('are aborted when the gateway stops', async () => {
    const store = createMemoryStore('a passphrase');
    const schedule = await createBackupSchedule({
      store,
      settings: () => daily,
      write: (_settings, _passphrase, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      claimDuty: async () => true,
      clock: () => at(5, 12),
    });
    const looking = schedule.runIfDue();
    await schedule.close();
    await looking;
    expect(store.memory).toBeUndefined();
  });
});
