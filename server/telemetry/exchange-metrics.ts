import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { UsageRecord } from '../ledger/usage-record.ts';
import { metricPrefix } from './metric-prefix.ts';
import type { MetricSources } from './metric-sources.ts';
import { Tallies, type Tally } from './tallies.ts';

/** Buckets in seconds, from a cached answer to a long one of an agent. */
const durations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
const waits = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60];

/** Registers the metrics of finished exchanges. @returns a function that counts one */
export function createExchangeMetrics(
  registry: Registry,
  modelOf: MetricSources['modelOf'],
): (record: UsageRecord) => void {
  const tallies = new Tallies();
  const observeTimes = createTimes(registry);
  const handOver = createCounters(registry, () => handOver(tallies.takeAll()));
  const aborts = new Counter({
    name: `${metricPrefix}stream_aborts_total`,
    help: 'Streams that the client disconnected from before their end',
    registers: [registry],
  });
  return (record) => {
    const model = modelOf(record.model) ?? 'unknown';
    tallies.add(record, model);
    observeTimes(record, model);
    if (record.stream && record.outcome === 'aborted') aborts.inc();
  };
}

/** @param beforeReading called before the first of the counters is read */
function createCounters(registry: Registry, beforeReading: () => void): (tallies: readonly Tally[]) => void {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: metricPrefix + name, help, labelNames, registers });
  const requests = new Counter({
    name: `${metricPrefix}requests_total`,
    help: 'Finished exchanges',
    labelNames: ['dialect', 'model', 'status', 'outcome'],
    registers,
    collect: beforeReading,
  });
  const tokens = counter(
    'tokens_total',
    'Tokens: input and output, of which cached and reasoning tokens are also counted separately',
    ['model', 'kind'],
  );
  const cost = counter('cost_dollars_total', 'Cost in US dollars at list price', ['model']);
  const saved = new Gauge({
    name: `${metricPrefix}cache_saved_dollars`,
    help: 'US dollars at list price that prompt caches saved since the start; negative if they only wrote',
    labelNames: ['model'],
    registers,
  });
  const cacheHits = counter('cache_hits_total', 'Exchanges that read from a prompt cache', ['model']);
  const attempts = counter('attempts_total', 'Requests to the upstream by route and outcome', ['route', 'outcome']);
  const givenUpTokens = counter(
    'given_up_tokens_total',
    'Tokens of attempts that were abandoned for another credential or route',
    ['model'],
  );
  const givenUpCost = counter('given_up_cost_dollars_total', 'Cost of abandoned attempts in US dollars at list price', [
    'model',
  ]);
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
    name: `${metricPrefix}request_duration_seconds`,
    help: 'Seconds from the request to the end of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const firstToken = new Histogram({
    name: `${metricPrefix}first_token_seconds`,
    help: 'Seconds from the request to the first content of its answer',
    labelNames: ['dialect', 'model'],
    buckets: durations,
    registers,
  });
  const queue = new Histogram({
    name: `${metricPrefix}queue_seconds`,
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
