import { describe, expect, it } from 'vitest';
import { compareWithTargets, findRegressions, parseBaseline, toBaseline } from './comparison.ts';
import type { Measurement } from './measurement.ts';
import type { Target } from './targets.ts';

const throughput: Measurement = {
  metric: 'a.throughput',
  unit: 'calls/s',
  values: { gateway: [20, 30, 40], nginx: [100, 100, 200] },
};
const ofNginx: Target = { metric: 'a.throughput', against: 'nginx', bound: 'at-least', value: 0.2 };

describe('compareWithTargets', () => {
  it('takes the median of the ratios of each round', () => {
    expect(compareWithTargets([throughput], [ofNginx])).toEqual([
      { target: ofNginx, median: 0.2, range: [0.2, 0.3], reached: true },
    ]);
  });
  it('judges an upper bound the other way round', () => {
    const atMost: Target = { ...ofNginx, bound: 'at-most', value: 0.19 };
    expect(compareWithTargets([throughput], [atMost])[0]?.reached).toBe(false);
  });
  it('takes absolute figures as they are', () => {
    const absolute: Target = { ...ofNginx, against: 'absolute', value: 31 };
    expect(compareWithTargets([throughput], [absolute])).toMatchObject([{ median: 30, reached: false }]);
  });
  it('says nothing about a yardstick or a figure that was not measured', () => {
    expect(compareWithTargets([throughput], [{ ...ofNginx, against: 'portkey' }])).toEqual([]);
    expect(compareWithTargets([], [ofNginx])).toEqual([]);
  });
});

describe('findRegressions', () => {
  const outcomes = compareWithTargets([throughput], [ofNginx]);
  it('accepts what was within a quarter of the baseline in one round', () =>
    expect(findRegressions(outcomes, { 'a.throughput/nginx': 0.39 })).toEqual([]));
  it('names what is worse', () =>
    expect(findRegressions(outcomes, { 'a.throughput/nginx': 0.41 })).toEqual([
      'a.throughput/nginx is 0.200, was 0.41',
    ]));
  it('takes more as worse where less is wanted', () => {
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error('no outcome');
    const memory = { ...outcome, target: { ...ofNginx, bound: 'at-most' as const } };
    expect(findRegressions([memory], { 'a.throughput/nginx': 0.15 })).toHaveLength(1);
    expect(findRegressions([memory], { 'a.throughput/nginx': 0.17 })).toEqual([]);
  });
  it('accepts its own baseline', () => expect(findRegressions(outcomes, toBaseline(outcomes))).toEqual([]));
});

describe('parseBaseline', () => {
  it('reads numbers by name', () => expect(parseBaseline('{"a":0.5}')).toEqual({ a: 0.5 }));
  it('refuses anything else', () => {
    expect(() => parseBaseline('{"a":"0.5"}')).toThrow('the baseline of a is not a number');
    expect(() => parseBaseline('null')).toThrow('not an object');
  });
});
