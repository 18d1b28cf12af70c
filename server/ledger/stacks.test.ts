import { expect, it } from 'vitest';
import { stackSeries } from './stacks.ts';

const entry = (value: string, start: number, nanodollars: number, inputTokens = 1) => ({
  value,
  label: `the ${value}`,
  start,
  requests: 1,
  inputTokens,
  outputTokens: 1,
  nanodollars,
});

it('separates the five largest by cost, then by tokens, and sums the rest', () => {
  const entries = [
    ...['a', 'b', 'c', 'd'].map((value, index) => entry(value, 0, (9 - index) * 1e9)),
    entry('free but busy', 1, 0, 500),
    entry('free', 1, 0),
    entry('rare', 0, 0),
    entry('a', 1, 1e9),
    entry('a', 7, 1e9),
  ];
  const stacks = stackSeries(entries, 2, (time) => (time < 2 ? time : -1));
  expect(stacks.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd', 'free but busy', null]);
  expect(stacks[0]).toEqual({
    value: 'a',
    label: 'the a',
    points: [
      { requests: 1, tokens: 2, cost: 9 },
      { requests: 1, tokens: 2, cost: 1 },
    ],
  });
  expect(stacks[5]?.points).toEqual([
    { requests: 1, tokens: 2, cost: 0 },
    { requests: 1, tokens: 2, cost: 0 },
  ]);
});

it('has no rest if there are few values', () => {
  expect(stackSeries([entry('a', 0, 1)], 1, () => 0)).toHaveLength(1);
  expect(stackSeries([], 3, () => 0)).toEqual([]);
});
