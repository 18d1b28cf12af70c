import { expect, it } from 'vitest';
import { formatDollars } from '../format.ts';
import { valueAxis } from './value-axis.ts';

const labels = (cost: number) =>
  valueAxis('cost', [{ start: 0, stack0: cost / 2, stack1: cost / 2 }]).ticks?.map((tick) => formatDollars(tick, 'en'));

it.each([
  { cost: 0, ticks: ['$0.00', '$0.0001', '$0.0002', '$0.0003', '$0.0004'] },
  { cost: 0.00009, ticks: ['$0.00', '$0.0001', '$0.0002', '$0.0003', '$0.0004'] },
  { cost: 0.001, ticks: ['$0.00', '$0.0005', '$0.001', '$0.0015', '$0.002'] },
  { cost: 7.2, ticks: ['$0.00', '$2.00', '$4.00', '$6.00', '$8.00'] },
  { cost: 9, ticks: ['$0.00', '$2.50', '$5.00', '$7.50', '$10.00'] },
])('labels an axis up to $cost dollars without rounding', ({ cost, ticks }) => {
  expect(labels(cost)).toEqual(ticks);
});

it('divides requests into whole numbers, and error rates into whole percents', () => {
  expect(valueAxis('requests', [{ start: 0, good: 1, failed: 0 }])).toEqual({ allowDecimals: false });
  expect(valueAxis('errorRate', [{ start: 0, errorRate: 0.06 }]).ticks).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
});
