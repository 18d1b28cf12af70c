import { collectDefaultMetrics, Registry } from 'prom-client';
import type { UsageRecord } from '../ledger/usage-record.ts';
import { createExchangeMetrics } from './exchange-metrics.ts';
import { createGauges } from './gauges.ts';
import type { MetricSources } from './metric-sources.ts';

export interface Metrics {
  /** Counts a finished exchange. */
  observe(record: UsageRecord): void;
  /** Renders Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observe = createExchangeMetrics(registry, sources.modelOf);
  createGauges(registry, sources);
  return { observe, render: () => registry.metrics(), contentType: registry.contentType };
}
