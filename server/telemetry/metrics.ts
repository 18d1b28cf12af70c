import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { UsageRecord } from '../ledger/usage-record.ts';
import type { PoolCounts, RouteCounts } from '../pool/credential-view.ts';

/** The values that the metrics endpoint reads from the rest of the application. */
export interface MetricSources {
  readonly backups: () => {
    /** Milliseconds since the epoch. */
    readonly lastSuccessAt: number | undefined;
    readonly last: { readonly ok: boolean } | undefined;
  };
  readonly pool: () => PoolCounts;
  readonly routes: () => readonly RouteCounts[];
  readonly credits: () => { readonly total: number | null; readonly remaining: number | null };
  /** Records that are not stored yet, and the age of the oldest in milliseconds. */
  readonly ledger: () => { readonly pending: number; readonly dropped: number; readonly lagMs: number };
  /**
   * Replicas on the same database, the identity of this one, and whether it does not share its limit counters although
   * it should.
   */
  readonly replicas: () => {
    readonly count: number;
    readonly name: string;
    readonly version: string;
    readonly isApart: boolean;
  };
  readonly running: () => number;
  /** Log lines that could not be written to standard output. */
  readonly droppedLogLines: () => number;
  /** Whether the gateway knows a model. Names that clients invent must not become labels. */
  readonly isKnownModel: (id: string) => boolean;
}

export interface Metrics {
  /** Counts a finished exchange. */
  observe(record: UsageRecord): void;
  /** Renders Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

const prefix = 'atlassian_proxy_';
/** Buckets in seconds, from a cached answer to a long one of an agent. */
const durations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
const waits = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60];
const routeStates = ['open', 'shut', 'trial', 'unknown'] as const;
const poolStates = ['ready', 'cooling', 'invalid', 'blocked', 'disabled'] as const;

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observe = createExchangeMetrics(registry, sources.isKnownModel);
  createGauges(registry, sources);
  return { observe, render: () => registry.metrics(), contentType: registry.contentType };
}

/** Counts since the metrics were last read, for one combination of labels. */
interface Tally {
  readonly dialect: string;
  readonly model: string;
  readonly status: number;
  readonly outcome: string;
  requests: number;
  cost: number;
  saved: number;
  cacheHits: number;
  readonly tokens: Record<TokenKind, number>;
  /** By `route outcome`. */
  readonly attempts: Map<string, number>;
  /** Usage of attempts that were abandoned for others. */
  givenUpTokens: number;
  givenUpCost: number;
}

type TokenKind = 'input' | 'output' | 'cache_read' | 'cache_write' | 'reasoning';

/** Buffers counts until the metrics are read, because the library's lookup by labels is too slow for every request. */
class Tallies {
  readonly #tallies = new Map<string, Tally>();

  add(record: UsageRecord, model: string): void {
    const tally = this.#tallyOf(record, model);
    tally.requests += 1;
    tally.cost += record.cost ?? 0;
    tally.saved += record.cacheSaved ?? 0;
    tally.cacheHits += record.cacheReadTokens > 0 ? 1 : 0;
    const { tokens } = tally;
    tokens.input += record.inputTokens;
    tokens.output += record.outputTokens;
    tokens.cache_read += record.cacheReadTokens;
    tokens.cache_write += record.cacheWriteTokens;
    tokens.reasoning += record.reasoningTokens;
    for (const { route, outcome, givenUp } of record.attempts) {
      tally.givenUpTokens += givenUp === undefined ? 0 : givenUp.inputTokens + givenUp.outputTokens;
      tally.givenUpCost += givenUp?.cost ?? 0;
      const key = `${route} ${outcome}`;
      tally.attempts.set(key, (tally.attempts.get(key) ?? 0) + 1);
    }
  }

  takeAll(): Tally[] {
    const all = [...this.#tallies.values()];
    this.#tallies.clear();
    return all;
  }

  #tallyOf({ dialect, status, outcome }: UsageRecord, model: string): Tally {
    const key = `${dialect} ${status} ${outcome} ${model}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 };
    const counts = {
      requests: 0,
      cost: 0,
      saved: 0,
      cacheHits: 0,
      tokens,
      attempts: new Map<string, number>(),
      givenUpTokens: 0,
      givenUpCost: 0,
    };
    const tally: Tally = { dialect, model, status, outcome, ...counts };
    this.#tallies.set(key, tally);
    return tally;
  }
}

function createExchangeMetrics(
  registry: Registry,
  isKnownModel: MetricSources['isKnownModel'],
): (record: UsageRecord) => void {
  const tallies = new Tallies();
  const observeTimes = createTimes(registry);
  const handOver = createCounters(registry, () => handOver(tallies.takeAll()));
  const aborts = new Counter({
    name: `${prefix}stream_aborts_total`,
    help: 'Streams that the client disconnected from before their end',
    registers: [registry],
  });
  return (record) => {
    const model = isKnownModel(record.model) ? record.model : 'unknown';
    tallies.add(record, model);
    observeTimes(record, model);
    if (record.stream && record.outcome === 'aborted') aborts.inc();
  };
}

/** @param beforeReading called before the first of the counters is read */
function createCounters(registry: Registry, beforeReading: () => void): (tallies: readonly Tally[]) => void {
  const registers = [registry];
  const requests = new Counter({
    name: `${prefix}requests_total`,
    help: 'Finished exchanges',
    labelNames: ['dialect', 'model', 'status', 'outcome'],
    registers,
    collect: beforeReading,
  });
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens: input and output, of which cached and reasoning tokens are also counted separately',
    labelNames: ['model', 'kind'],
    registers,
  });
  const cost = new Counter({
    name: `${prefix}cost_dollars_total`,
    help: 'Cost in US dollars at list price',
    labelNames: ['model'],
    registers,
  });
  const saved = new Gauge({
    name: `${prefix}cache_saved_dollars`,
    help: 'US dollars at list price that prompt caches saved since the start; negative if they only wrote',
    labelNames: ['model'],
    registers,
  });
  const cacheHits = new Counter({
    name: `${prefix}cache_hits_total`,
    help: 'Exchanges that read from a prompt cache',
    labelNames: ['model'],
    registers,
  });
  const attempts = new Counter({
    name: `${prefix}attempts_total`,
    help: 'Requests to the upstream by route and outcome',
    labelNames: ['route', 'outcome'],
    registers,
  });
  const givenUpTokens = new Counter({
    name: `${prefix}given_up_tokens_total`,
    help: 'Tokens of attempts that were abandoned for another credential or route',
    labelNames: ['model'],
    registers,
  });
  const givenUpCost = new Counter({
    name: `${prefix}given_up_cost_dollars_total`,
    help: 'Cost of abandoned attempts in US dollars at list price',
    labelNames: ['model'],
    registers,
  });
  return (tallies) => {
    for (const { dialect, model, status, outcome, ...tally } of tallies) {
      requests.inc({ dialect, model, status, outcome }, tally.requests);
      cost.inc({ model }, tally.cost);
      saved.inc({ model }, tally.saved);
      cacheHits.inc({ model }, tally.cacheHits);
      givenUpTokens.inc({ model }, tally.givenUpTokens);
      givenUpCost.inc({ model }, tally.givenUpCost);
      for (const [kind, count] of Object.entries(tally.tokens)) tokens.inc({ model, kind }, count);
      for (const [key, count] of tally.attempts) {
        const [route = '', result = ''] = key.split(' ');
        attempts.inc({ route, outcome: result }, count);
      }
    }
  };
}

function createTimes(registry: Registry): (record: UsageRecord, model: string) => void {
  const registers = [registry];
  const latency = new Histogram({
    name: `${prefix}request_duration_seconds`,
    help: 'Seconds from the request to the end of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const firstToken = new Histogram({
    name: `${prefix}first_token_seconds`,
    help: 'Seconds from the request to the first content of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const queue = new Histogram({
    name: `${prefix}queue_seconds`,
    help: 'Seconds spent waiting for a credential',
    buckets: waits,
    registers,
  });
  return ({ dialect, totalTime, firstTokenTime, queueTime }, model) => {
    const labels = { dialect, model };
    latency.observe(labels, totalTime / 1000);
    if (firstTokenTime !== null) firstToken.observe(labels, firstTokenTime / 1000);
    queue.observe(queueTime / 1000);
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
    name: `${prefix}replica_info`,
    help: 'The name and version of this replica',
    labelNames: ['name', 'version'],
    registers: [registry],
    collect() {
      const { name, version } = sources.replicas();
      this.set({ name, version }, 1);
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
  new Gauge({
    name: `${prefix}pool_routes`,
    help: 'Pairs of credential and upstream route by state',
    labelNames: ['route', 'state'],
    registers: [registry],
    collect() {
      for (const { route, ...counts } of sources.routes()) {
        for (const state of routeStates) this.set({ route, state }, counts[state]);
      }
    },
  });
  gauge('pool_in_flight', 'Requests that hold a credential', () => sources.pool().inFlight);
  gauge('pool_waiting', 'Requests that wait for a credential', () => sources.pool().waiting);
  gauge('credits_total', 'Credits of all accounts in their period', () => sources.credits().total);
  gauge('credits_remaining', 'Credits left of all accounts', () => sources.credits().remaining);
  gauge('exchanges_running', 'Running exchanges', () => sources.running());
  gauge('replicas', 'Gateway processes that use the same database', () => sources.replicas().count);
  gauge('limits_apart', '1 while this replica counts limits separately from other replicas', () =>
    Number(sources.replicas().isApart),
  );
  gauge('backup_last_success_timestamp_seconds', 'Time of the last successful scheduled backup', () => {
    const { lastSuccessAt } = sources.backups();
    return lastSuccessAt === undefined ? null : lastSuccessAt / 1000;
  });
  gauge('backup_failed', '1 when the last scheduled backup failed', () => {
    const { last } = sources.backups();
    return last === undefined ? null : Number(!last.ok);
  });
  gauge('log_dropped_lines', 'Log lines that standard output did not accept', () => sources.droppedLogLines());
  gauge('ledger_pending_records', 'Records that are not stored yet', () => sources.ledger().pending);
  gauge('ledger_lag_seconds', 'Age of the oldest record that is not stored yet', () => sources.ledger().lagMs / 1000);
  gauge('ledger_dropped_records', 'Records lost because they could not be written', () => sources.ledger().dropped);
}
