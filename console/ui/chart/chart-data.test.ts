import { describe, expect, it } from 'vitest';
import { isIsolated, readRows, type UsagePoint } from './chart-data.ts';

const totals = {
  requests: 0,
  failures: 0,
  aborts: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheSaved: 0,
  reasoningTokens: 0,
  cost: 0,
  attempts: 0,
  givenUpTokens: 0,
  givenUpCost: 0,
  latencyMean: null,
  latencyP95: null,
  firstTokenMean: null,
  firstTokenP95: null,
};
const point = (start: number, changes: Partial<UsagePoint> = {}): UsagePoint => ({
  ...totals,
  start,
  end: start + 1,
  ...changes,
});

describe('a chart’s rows', () => {
  const points = [point(0, { requests: 4, failures: 1, latencyP95: 9 }), point(1), point(2, { requests: 2 })];

  it('have gaps where nothing ran, for what is no sum', () => {
    expect(readRows('errorRate', points, [])).toEqual([
      { start: 0, errorRate: 0.25 },
      { start: 1, errorRate: null },
      { start: 2, errorRate: 0 },
    ]);
    expect(readRows('latency', points, [])[0]).toMatchObject({ latencyP95: 9, latencyMean: null });
    expect(readRows('requests', points, [])[1]).toEqual({ start: 1, good: 0, failed: 0 });
  });

  it('part the input into what came from caches and what did not', () => {
    const [row] = readRows('cache', [point(0, { inputTokens: 10, cacheReadTokens: 7 })], []);
    expect(row).toEqual({ start: 0, cached: 7, fresh: 3 });
  });

  it('have a number for each stack, in step', () => {
    const stack = (value: string | null, ...costs: number[]) => ({
      value,
      label: '',
      points: costs.map((cost) => ({ cost, tokens: cost * 10, requests: 1 })),
    });
    const stacks = [stack('a.b', 1, 2, 3), stack(null, 4)];
    expect(readRows('cost', points, stacks)).toEqual([
      { start: 0, stack0: 1, stack1: 4 },
      { start: 1, stack0: 2, stack1: 0 },
      { start: 2, stack0: 3, stack1: 0 },
    ]);
    expect(readRows('tokens', points, stacks)[0]).toMatchObject({ stack0: 10 });
  });

  it('know a point that no line would show', () => {
    const rows = readRows(
      'errorRate',
      [point(0, { requests: 1 }), point(1), point(2, { requests: 1 }), point(3, { requests: 1 })],
      [],
    );
    expect([0, 1, 2, 3].map((index) => isIsolated(rows, index, 'errorRate'))).toEqual([true, false, false, false]);
  });
});
