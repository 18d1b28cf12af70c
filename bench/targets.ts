/** A target for the gateway: a ratio to a reference program in the same run, or an absolute value. */
export interface Target {
  readonly metric: string;
  readonly against: 'nginx' | 'portkey' | 'absolute';
  readonly bound: 'at-least' | 'at-most';
  readonly value: number;
}

const atLeast = (metric: string, against: Target['against'], value: number): Target => ({
  metric,
  against,
  bound: 'at-least',
  value,
});
const atMost = (metric: string, against: Target['against'], value: number): Target => ({
  metric,
  against,
  bound: 'at-most',
  value,
});

/**
 * The targets. Throughput targets are repeated as processor time per call (`1 / target`). That ratio also holds
 * if a reference is faster than the load generator, and on a shared machine.
 */
export const targets: readonly Target[] = [
  atLeast('a.throughput', 'nginx', 0.2),
  atLeast('a.throughput', 'portkey', 8),
  atMost('a.processor', 'nginx', 1 / 0.2),
  atMost('a.processor', 'portkey', 1 / 8),
  atMost('b.added-p50', 'nginx', 6),
  atMost('b.added-p50', 'portkey', 0.3),
  atLeast('c.throughput-256k', 'nginx', 0.07),
  atLeast('c.throughput-256k', 'portkey', 4),
  atMost('c.processor-256k', 'nginx', 1 / 0.07),
  atMost('c.processor-256k', 'portkey', 1 / 4),
  atLeast('c.throughput-2048k', 'nginx', 0.07),
  atLeast('c.throughput-2048k', 'portkey', 4),
  atMost('c.processor-2048k', 'nginx', 1 / 0.07),
  atMost('c.processor-2048k', 'portkey', 1 / 4),
  atLeast('d.throughput', 'nginx', 0.3),
  atLeast('d.throughput', 'portkey', 8),
  atMost('d.processor', 'nginx', 1 / 0.3),
  atMost('d.processor', 'portkey', 1 / 8),
  atMost('e.resident', 'absolute', 250),
  atMost('e.delay-p99', 'nginx', 20),
  atMost('f.growth', 'absolute', 1.1),
  atMost('g.first-answer', 'absolute', 1500),
  atMost('g.idle', 'absolute', 110),
  atMost('g.settled', 'absolute', 110),
  atMost('h.javascript', 'absolute', 300),
];
