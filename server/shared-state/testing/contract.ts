import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createId } from '../../lib/ids.ts';
import { refusalOf } from '../budget-rule.ts';
import type { Amounts, BudgetAnswer, BudgetLine, BudgetReservation, SharedState } from '../shared-state.ts';

/** Creates the instances under test. */
export interface SharedStateHarness {
  /** Two replicas that share state, or the same one twice if there can be only one. */
  openTwo(): Promise<readonly [SharedState, SharedState]>;
}

const later = () => Date.now() + 3_600_000;
const line = (account: string, unit: BudgetLine['unit'], limit: number): BudgetLine => ({ account, unit, limit });
const tokens = (amount: number): Amounts => ({ tokens: amount, nanodollars: 0 });

function reservationOf(answer: BudgetAnswer): BudgetReservation {
  if (answer.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(answer)}`);
  return answer.reservation;
}

/** Fire-and-forget calls have arrived once a later call of the same replica is answered. */
const settled = (state: SharedState) => state.notes.read('nothing');

const budgetStep = fc.record({
  isOther: fc.boolean(),
  unit: fc.constantFrom('tokens' as const, 'nanodollars' as const),
  amount: fc.nat({ max: 40 }),
  spent: fc.nat({ max: 60 }),
  end: fc.constantFrom('settle', 'release', 'keep'),
});
type Sums = Record<keyof Amounts, number>;

/** Makes one request and checks it against the model of spent and held amounts. */
async function takeStep(
  state: SharedState,
  owner: string,
  limit: number,
  { unit, amount, spent, end }: typeof budgetStep extends fc.Arbitrary<infer Step> ? Step : never,
  model: { readonly spent: Sums; readonly held: Sums },
): Promise<void> {
  const asked = line(unit, unit, limit);
  const amounts = { tokens: 0, nanodollars: 0, [unit]: amount };
  const by = refusalOf(asked, amounts, model.spent[unit], model.held[unit]);
  const answer = await state.budgets.reserve(owner, amounts, [asked]);
  expect(answer).toMatchObject(by === undefined ? { kind: 'reserved' } : { kind: 'refused', by });
  if (answer.kind !== 'reserved') return;
  if (end === 'keep') {
    model.held[unit] += amount;
    return;
  }
  if (end === 'settle') {
    answer.reservation.settle([{ account: unit, amount: spent }]);
    model.spent[unit] += spent;
  }
  answer.reservation.release();
  await settled(state);
}

/** The contract of every SharedState. */
export function describeSharedState(name: string, harness: SharedStateHarness): void {
  let one: SharedState;
  let other: SharedState;
  /** Unique per test, because the suite may share its server with others. */
  let key: string;
  beforeEach(async () => {
    [one, other] = await harness.openTwo();
    key = createId();
  });

  describe(`SharedState ${name}: counters`, () => {
    it('count for all, and take back', async () => {
      const [mine, theirs] = [one.counter('c', 60), other.counter('c', 60)];
      expect(await mine.get(key)).toBeNull();
      expect(await mine.penalty(key)).toMatchObject({ consumedPoints: 1 });
      expect(await theirs.penalty(key, 41)).toMatchObject({ consumedPoints: 42 });
      expect(await mine.reward(key, 2)).toMatchObject({ consumedPoints: 40 });
      const found = await theirs.get(key);
      expect(found).toMatchObject({ consumedPoints: 40 });
      expect(found?.msBeforeNext).toBeGreaterThan(50_000);
      expect(found?.msBeforeNext).toBeLessThanOrEqual(60_000);
      expect(await one.counter('another', 60).get(key)).toBeNull();
      await mine.delete(key);
      expect(await theirs.get(key)).toBeNull();
    });

    it('reset when their time is over', async () => {
      const counter = one.counter('c', 1);
      await counter.penalty(key, 5);
      await wait(1100);
      expect(await counter.penalty(key)).toMatchObject({ consumedPoints: 1 });
    });

    it('are blocked for the requested time', async () => {
      await one.counter('c', 60).block(key, 30);
      const found = await other.counter('c', 60).get(key);
      expect(found?.msBeforeNext).toBeGreaterThan(25_000);
      expect(found?.msBeforeNext).toBeLessThanOrEqual(30_000);
    });

    it('count all concurrent events', async () => {
      const counters = [one.counter('c', 60), other.counter('c', 60)];
      await Promise.all(Array.from({ length: 100 }, (_, index) => counters[index % 2]?.penalty(key)));
      expect(await counters[0]?.get(key)).toMatchObject({ consumedPoints: 100 });
    });
  });

  describe(`SharedState ${name}: budgets`, () => {
    const open = (state: SharedState, spent: number) =>
      state.budgets.open(key, [{ account: 'day', spent, expiresAt: later() }]);

    it('are not known before they are opened', async () => {
      const lines = [line('day', 'tokens', 10), line('month', 'tokens', 100)];
      expect(await one.budgets.reserve(key, tokens(1), lines)).toEqual({ kind: 'unknown', accounts: ['day', 'month'] });
      await open(other, 0);
      expect(await one.budgets.reserve(key, tokens(1), lines)).toEqual({ kind: 'unknown', accounts: ['month'] });
    });

    it('are opened with the highest known amount', async () => {
      await open(one, 10);
      await open(other, 5);
      const answer = await one.budgets.reserve(key, tokens(1), [line('day', 'tokens', 10)]);
      expect(answer).toMatchObject({ kind: 'refused', by: 'spent', line: { account: 'day', limit: 10 } });
      await open(other, 20);
      expect(await one.budgets.reserve(key, tokens(1), [line('day', 'tokens', 20)])).toMatchObject({ kind: 'refused' });
    });

    it('limit running and spent amounts together, across replicas', async () => {
      await open(one, 0);
      const lines = [line('day', 'tokens', 100)];
      const first = reservationOf(await one.budgets.reserve(key, tokens(60), lines));
      expect(await other.budgets.reserve(key, tokens(41), lines)).toMatchObject({ kind: 'refused', by: 'held' });
      const second = reservationOf(await other.budgets.reserve(key, tokens(40), lines));
      first.settle([
        { account: 'day', amount: 30 },
        { account: 'not open', amount: 1000 },
      ]);
      first.release();
      await settled(one);
      expect(await other.budgets.reserve(key, tokens(31), lines)).toMatchObject({ kind: 'refused', by: 'held' });
      second.release();
      second.release();
      await settled(other);
      reservationOf(await one.budgets.reserve(key, tokens(70), lines));
    });

    it('set aside on all lines or on none', async () => {
      await one.budgets.open(key, [
        { account: 'day', spent: 0, expiresAt: later() },
        { account: 'month', spent: 0, expiresAt: later() },
      ]);
      const lines = [line('day', 'tokens', 100), line('month', 'nanodollars', 10)];
      const amounts = { tokens: 50, nanodollars: 5 };
      const alone = reservationOf(await one.budgets.reserve(key, amounts, lines));
      const refused = await other.budgets.reserve(key, { tokens: 50, nanodollars: 6 }, lines);
      expect(refused).toMatchObject({ kind: 'refused', by: 'held', line: { account: 'month' } });
      // Its tokens were not reserved, so another request can use them.
      reservationOf(await other.budgets.reserve(key, { tokens: 50, nanodollars: 5 }, lines));
      alone.release();
    });

    it('are closed on request', async () => {
      await open(one, 10);
      other.budgets.forget(key, ['day']);
      await settled(other);
      expect(await one.budgets.reserve(key, tokens(1), [line('day', 'tokens', 100)])).toMatchObject({
        kind: 'unknown',
      });
    });

    it('are never spent twice by concurrent requests', async () => {
      await open(one, 0);
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          (index % 2 === 0 ? one : other).budgets.reserve(key, tokens(7), [line('day', 'tokens', 100)]),
        ),
      );
      expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(14);
    });

    it('hold billions of dollars exactly', async () => {
      const dollars = (amount: number) => ({ tokens: 0, nanodollars: amount });
      const large = 4_503_599_627_370_497;
      await open(one, large);
      reservationOf(await one.budgets.reserve(key, dollars(3), [line('day', 'nanodollars', large + 1)])).settle([
        { account: 'day', amount: 1 },
      ]);
      await settled(one);
      const ask = (limit: number) => other.budgets.reserve(key, dollars(1), [line('day', 'nanodollars', limit)]);
      expect(await ask(large + 1)).toMatchObject({ kind: 'refused', by: 'spent' });
      expect(await ask(large + 2)).toMatchObject({ kind: 'reserved' });
    });

    it('follow the same rule in any sequence of requests', async () => {
      const course = fc.tuple(fc.array(budgetStep, { maxLength: 25 }), fc.integer({ min: 1, max: 200 }));
      await fc.assert(
        fc.asyncProperty(course, async ([steps, limit]) => {
          const owner = createId();
          const model = { spent: { tokens: 0, nanodollars: 0 }, held: { tokens: 0, nanodollars: 0 } };
          const accounts = ['tokens', 'nanodollars'].map((account) => ({ account, spent: 0, expiresAt: later() }));
          await one.budgets.open(owner, accounts);
          for (const step of steps) await takeStep(step.isOther ? other : one, owner, limit, step, model);
        }),
        { numRuns: 60 },
      );
    });
  });

  describe(`SharedState ${name}: places`, () => {
    it('are shared by all replicas, and are released once', async () => {
      const first = await one.places.reserve(key, 2, 3);
      const second = await other.places.reserve(key, 1, 3);
      expect(first?.total).toBe(2);
      expect(second?.total).toBe(3);
      expect(await one.places.reserve(key, 1, 3)).toBeUndefined();
      expect(await other.places.reserve(key, 1, 3)).toBeUndefined();
      // The limit was raised.
      expect(await other.places.reserve(key, 1, 4)).toBeDefined();
      first?.release();
      first?.release();
      await settled(one);
      expect(await other.places.reserve(key, 3, 4)).toBeUndefined();
      expect(await other.places.reserve(key, 2, 4)).toBeDefined();
      // Without a limit, places are only counted.
      expect((await one.places.reserve(key, 1, Number.POSITIVE_INFINITY))?.total).toBe(5);
    });

    it('never exceed the limit under concurrent requests', async () => {
      const taken = await Promise.all(
        Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? one : other).places.reserve(key, 1, 7)),
      );
      expect(taken.filter((place) => place !== undefined)).toHaveLength(7);
    });
  });

  describe(`SharedState ${name}: the shelf`, () => {
    const bounds = { milliseconds: 60_000, limit: 1_000_000_000 };

    it('is found by the other replicas under any name, if there are any', async () => {
      const [own, item] = [`${key}:own`, `${key}:item`];
      await one.shelf.put([own, item], 'text', bounds);
      const expected = one.shelf.isOpen ? { name: own, text: 'text' } : undefined;
      expect(await other.shelf.get(own)).toEqual(expected);
      expect(await other.shelf.get(item)).toEqual(expected);
      expect(await other.shelf.get(`${key}:none`)).toBeUndefined();
      await other.shelf.put([own], 'new', bounds);
      expect((await one.shelf.get(own))?.text).toBe(one.shelf.isOpen ? 'new' : undefined);
      expect(await one.shelf.get(item)).toBeUndefined();
      await one.shelf.remove(own);
      expect(await other.shelf.get(own)).toBeUndefined();
    });

    it('forgets in time', async () => {
      await one.shelf.put([key], 'text', { ...bounds, milliseconds: 40 });
      await wait(80);
      expect(await other.shelf.get(key)).toBeUndefined();
    });
  });

  describe(`SharedState ${name}: notes and duties`, () => {
    it('remember texts for a while', async () => {
      expect(await one.notes.read(key)).toBeUndefined();
      await one.notes.write(new Map([[key, 'é\0"']]), 60_000);
      expect(await other.notes.read(key)).toBe('é\0"');
      await other.notes.write(new Map([[key, 'new']]), 80);
      expect(await one.notes.read(key)).toBe('new');
      await wait(120);
      expect(await one.notes.read(key)).toBeUndefined();
      await one.notes.write(new Map([[key, 'again']]), 60_000);
      await other.notes.erase(key);
      expect(await one.notes.read(key)).toBeUndefined();
    });

    it('leave a duty with its holder', async () => {
      expect(await one.duties.claim(key, 60_000)).toBe(true);
      expect(await one.duties.claim(key, 60_000)).toBe(true);
    });
  });
}
