import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { UsageRecord } from '../ledger/usage-store.ts';

/** What is read off the house when somebody asks for the metrics. */
export interface MetricSources {
  /** Credentials by state, and the requests that hold or wait for one. */
  readonly pool: () => {
    readonly ready: number;
    readonly cooling: number;
    readonly invalid: number;
    readonly blocked: number;
    readonly disabled: number;
    readonly inFlight: number;
    readonly waiting: number;
  };
  readonly credits: () => { readonly total: number | null; readonly remaining: number | null };
  /** Records that are not on disk yet, and how old the oldest of them is, in milliseconds. */
  readonly ledger: () => { readonly pending: number; readonly dropped: number; readonly lagMs: number };
  readonly running: () => number;
  /** True for a model that the gateway knows: what clients invent must not become a label. */
  readonly isKnownModel: (id: string) => boolean;
}

export interface Metrics {
  /** Takes one finished exchange into account. */
  observe(record: UsageRecord): void;
  /** In Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

const prefix = 'atlassian_proxy_';
/** Seconds: from a cached answer to an agent's long one. */
const durations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
const waits = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60];
const poolStates = ['ready', 'cooling', 'invalid', 'blocked', 'disabled'] as const;

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observe = createExchangeMetrics(registry, sources.isKnownModel);
  createGauges(registry, sources);
  return { observe, render: () => registry.metrics(), contentType: registry.contentType };
}

function createExchangeMetrics(
  registry: Registry,
  isKnownModel: MetricSources['isKnownModel'],
): (record: UsageRecord) => void {
  const registers = [registry];
  const requests = new Counter({
    name: `${prefix}requests_total`,
    help: 'Finished exchanges',
    labelNames: ['dialect', 'model', 'status', 'outcome'],
    registers,
  });
  const latency = new Histogram({
    name: `${prefix}request_duration_seconds`,
    help: 'From the request to the end of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const firstToken = new Histogram({
    name: `${prefix}first_token_seconds`,
    help: 'From the request to the first content of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const queue = new Histogram({
    name: `${prefix}queue_seconds`,
    help: 'Waiting for a credential',
    buckets: waits,
    registers,
  });
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens: input and output, and of these the cached and the reasoning ones',
    labelNames: ['model', 'kind'],
    registers,
  });
  const cost = new Counter({
    name: `${prefix}cost_dollars_total`,
    help: 'Cost in US dollars at list price',
    labelNames: ['model'],
    registers,
  });
  const attempts = new Counter({
    name: `${prefix}attempts_total`,
    help: 'Requests to the upstream by what came of them',
    labelNames: ['outcome'],
    registers,
  });
  const aborts = new Counter({
    name: `${prefix}stream_aborts_total`,
    help: 'Streams that the client left before their end',
    registers,
  });
  return (record) => {
    const model = isKnownModel(record.model) ? record.model : 'unknown';
    const { dialect } = record;
    requests.inc({ dialect, model, status: record.status, outcome: record.outcome });
    latency.observe({ dialect, model }, record.totalTime / 1000);
    if (record.firstTokenTime !== null) firstToken.observe({ dialect, model }, record.firstTokenTime / 1000);
    queue.observe(record.queueTime / 1000);
    tokens.inc({ model, kind: 'input' }, record.inputTokens);
    tokens.inc({ model, kind: 'output' }, record.outputTokens);
    if (record.cacheReadTokens > 0) tokens.inc({ model, kind: 'cache_read' }, record.cacheReadTokens);
    if (record.cacheWriteTokens > 0) tokens.inc({ model, kind: 'cache_write' }, record.cacheWriteTokens);
    if (record.reasoningTokens > 0) tokens.inc({ model, kind: 'reasoning' }, record.reasoningTokens);
    if (record.cost !== null) cost.inc({ model }, record.cost);
    for (const attempt of record.attempts) attempts.inc({ outcome: attempt.outcome });
    if (record.stream && record.outcome === 'aborted') aborts.inc();
  };
}

function createGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number | null) =>
    new Gauge({
      name: prefix + name,
      help,
      registers: [registry],
      collect() {
        const value = read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  new Gauge({
    name: `${prefix}pool_credentials`,
    help: 'Credentials by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const view = sources.pool();
      for (const state of poolStates) this.set({ state }, view[state]);
    },
  });
  gauge('pool_in_flight', 'Requests that hold a credential', () => sources.pool().inFlight);
  gauge('pool_waiting', 'Requests that wait for a credential', () => sources.pool().waiting);
  gauge('credits_total', 'Credits of all accounts in their period', () => sources.credits().total);
  gauge('credits_remaining', 'Credits left of all accounts', () => sources.credits().remaining);
  gauge('exchanges_running', 'Exchanges under way', () => sources.running());
  gauge('ledger_pending_records', 'Records that are not on disk yet', () => sources.ledger().pending);
  gauge('ledger_lag_seconds', 'Age of the oldest record that is not on disk yet', () => sources.ledger().lagMs / 1000);
  gauge('ledger_dropped_records', 'Records given up because they could not be written', () => sources.ledger().dropped);
}
