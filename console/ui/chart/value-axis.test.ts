import { expect, it } from 'vitest';
import { formatDollars, formatDuration, formatTick } from '../format.ts';
import { valueAxis } from './value-axis.ts';

const labels = (cost: number) =>
  valueAxis('cost', [{ start: 0, stack0: cost / 2, stack1: cost / 2 }]).ticks.map((tick) => formatDollars(tick, 'en'));

it.each([
  { cost: 0, ticks: ['$0.00', '$0.0001'] },
  { cost: 0.00025, ticks: ['$0.00', '$0.0001', '$0.0002', '$0.0003'] },
  { cost: 0.001, ticks: ['$0.00', '$0.0002', '$0.0004', '$0.0006', '$0.0008', '$0.001'] },
  { cost: 7.2, ticks: ['$0.00', '$2.00', '$4.00', '$6.00', '$8.00'] },
  { cost: 11, ticks: ['$0.00', '$2.50', '$5.00', '$7.50', '$10.00', '$12.50'] },
])('labels an axis up to $cost dollars without rounding', ({ cost, ticks }) => {
  expect(labels(cost)).toEqual(ticks);
});

it('counts in round steps of whole numbers', () => {
  const counts = (tokens: number) => valueAxis('tokens', [{ start: 0, stack0: tokens }]).ticks.map(formatTick);
  expect(counts(0)).toEqual(['0', '1']);
  expect(counts(3)).toEqual(['0', '1', '2', '3']);
  expect(counts(116)).toEqual(['0', '25', '50', '75', '100', '125']);
  expect(counts(1204)).toEqual(['0', '250', '500', '750', '1K', '1.25K']);
  expect(counts(2_150_000)).toEqual(['0', '500K', '1M', '1.5M', '2M', '2.5M']);
});

it('steps through durations as clocks do', () => {
  const durations = (latencyP95: number) =>
    valueAxis('latency', [{ start: 0, latencyP95, latencyMean: null }]).ticks.map((tick) => formatDuration(tick, 'en'));
  expect(durations(870)).toEqual(['0 ms', '200 ms', '400 ms', '600 ms', '800 ms', '1 s']);
  expect(durations(20_600)).toEqual(['0 ms', '5 s', '10 s', '15 s', '20 s', '25 s']);
  expect(durations(62_000)).toEqual(['0 ms', '15 s', '30 s', '45 s', '1 m', '1 m 15 s']);
});

it('divides error rates into whole percents', () => {
  expect(valueAxis('errorRate', [{ start: 0, errorRate: 0.06 }]).ticks).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
});
