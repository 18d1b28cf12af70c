import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createReadiness } from './readiness.ts';

const noDatabase = 'the database does not answer: see the log';
const noCredential = 'no credential is usable: see /admin/credentials';

const well = () => undefined;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  [true, 1, []],
  [true, 0, [noCredential]],
  [false, 2, [noDatabase]],
  [false, 0, [noDatabase, noCredential]],
])('a database that answers: %s, credentials: %i', async (answers, ready, problems) => {
  const hasRecords = () => (answers ? Promise.resolve(false) : Promise.reject(new Error('lost')));
  expect(await createReadiness({ hasRecords }, () => ({ ready }), well)()).toEqual(problems);
});

test('a database that would lose what is written', async () => {
  const problems = createReadiness(
    { hasRecords: async () => true },
    () => ({ ready: 1 }),
    () => new Error('gone'),
  );
  expect(await problems()).toEqual(['the database takes no writes, or would lose them: see the log']);
});

test('a database that is silent is not waited for, and not asked again meanwhile', async () => {
  const hasRecords = vi.fn(() => new Promise<boolean>(() => {}));
  const problems = createReadiness({ hasRecords }, () => ({ ready: 1 }), well);
  const both = Promise.all([problems(), problems()]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await both).toEqual([[noDatabase], [noDatabase]]);
  expect(hasRecords).toHaveBeenCalledOnce();
});
