import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createReadiness } from './readiness.ts';

const noDatabase = 'the database does not respond: see the log';
const noCredential = { message: 'no credential is usable: see /admin/credentials', keepsFromServing: true };
const workingSources = {
  store: { hasRecords: async () => true },
  pool: () => ({ ready: 1 }),
  storageTrouble: () => undefined,
  isDatabaseShared: false,
  others: () => [],
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const databaseProblem = { message: noDatabase, keepsFromServing: true };

test.each([
  [true, 1, []],
  [true, 0, [noCredential]],
  [false, 2, [databaseProblem]],
  [false, 0, [databaseProblem, noCredential]],
])('a database that answers: %s, credentials: %i', async (answers, ready, problems) => {
  const hasRecords = () => (answers ? Promise.resolve(false) : Promise.reject(new Error('lost')));
  const readiness = createReadiness({ ...workingSources, store: { hasRecords }, pool: () => ({ ready }) });
  expect(await readiness()).toEqual(problems);
});

test.each([true, false])('a database that would lose what is written, shared: %s', async (isDatabaseShared) => {
  const problems = createReadiness({ ...workingSources, storageTrouble: () => new Error('gone'), isDatabaseShared });
  const message = 'the database cannot store changes, or would lose them: see the log';
  expect(await problems()).toEqual([{ message, keepsFromServing: !isDatabaseShared }]);
});

test('a database that does not respond is neither waited for nor queried again meanwhile', async () => {
  const hasRecords = vi.fn(() => new Promise<boolean>(() => {}));
  const problems = createReadiness({ ...workingSources, store: { hasRecords }, isDatabaseShared: true });
  const both = Promise.all([problems(), problems()]);
  await vi.advanceTimersByTimeAsync(2000);
  const passing = { message: noDatabase, keepsFromServing: false };
  expect(await both).toEqual([[passing], [passing]]);
  expect(hasRecords).toHaveBeenCalledOnce();
});

test('problems of other parts are included', async () => {
  const apart = { message: 'counts for itself', keepsFromServing: false };
  expect(await createReadiness({ ...workingSources, others: () => [apart] })()).toEqual([apart]);
});
