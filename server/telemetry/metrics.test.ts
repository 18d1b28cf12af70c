import { describe, expect, it } from 'vitest';
import type { MetricSources } from './metric-sources.ts';
import { createMetrics } from './metrics.ts';
import { usageRecord } from './testing/usage-record.ts';

const sources: MetricSources = {
  pool: () => ({ ready: 3, cooling: 2, invalid: 1, blocked: 0, disabled: 4, inFlight: 7, waiting: 5 }),
  routes: () => [{ route: 'unified', open: 1, shut: 2, trial: 0, unknown: 0 }],
  credits: () => ({ total: 2000, remaining: null }),
  ledger: () => ({ pending: 9, dropped: 1, lagMs: 250 }),
  replicas: () => ({ count: 3, name: 'host:8000', version: '1.2.3', countsSeparately: true }),
  backups: () => ({ lastSuccessAt: 4000, last: { ok: false } }),
  running: () => 6,
  droppedLogLines: () => 7,
  modelOf: (name) => (name === 'known' || name === 'another-name' ? 'known' : undefined),
};

async function linesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.render()).split('\n');
}

describe('createMetrics', () => {
  it('counts exchanges by dialect, model, status and outcome', async () => {
    const metrics = createMetrics(sources);
    metrics.observe(usageRecord());
    metrics.observe(usageRecord());
    metrics.observe(usageRecord({ status: 503, outcome: 'failure' }));
    const lines = await linesOf(metrics);
    const labels = 'dialect="openai-chat",model="known"';
    expect(lines).toContain(`atlassian_proxy_requests_total{${labels},status="200",outcome="success"} 2`);
    expect(lines).toContain(`atlassian_proxy_requests_total{${labels},status="503",outcome="failure"} 1`);
    expect(lines).toContain('atlassian_proxy_tokens_total{model="known",kind="input"} 300');
    expect(lines).toContain('atlassian_proxy_tokens_total{model="known",kind="cache_read"} 180');
    expect(lines).toContain('atlassian_proxy_cost_dollars_total{model="known"} 1.5');
    expect(lines).toContain('atlassian_proxy_attempts_total{route="vertex-anthropic",outcome="success"} 3');
    expect(lines).toContain(`atlassian_proxy_request_duration_seconds_bucket{le="2.5",${labels}} 3`);
    expect(lines).toContain(`atlassian_proxy_first_token_seconds_sum{${labels}} 0.8999999999999999`);
  });

  it('counts the usage of abandoned attempts', async () => {
    const metrics = createMetrics(sources);
    const record = usageRecord();
    const [attempt] = record.attempts;
    if (attempt === undefined) expect.fail('no attempt');
    const givenUp = { ...attempt, givenUp: { inputTokens: 900, outputTokens: 100, cost: 0.25 } };
    metrics.observe({ ...record, attempts: [givenUp, attempt] });
    const lines = await linesOf(metrics);
    expect(lines).toContain('atlassian_proxy_given_up_tokens_total{model="known"} 1000');
    expect(lines).toContain('atlassian_proxy_given_up_cost_dollars_total{model="known"} 0.25');
  });

  it('counts a stream that the client disconnected from', async () => {
    const metrics = createMetrics(sources);
    metrics.observe(usageRecord({ outcome: 'aborted' }));
    metrics.observe(usageRecord({ outcome: 'aborted', stream: false }));
    expect(await linesOf(metrics)).toContain('atlassian_proxy_stream_aborts_total 1');
  });

  it('counts a model under its id, whatever name the client used', async () => {
    const metrics = createMetrics(sources);
    for (const model of ['known', 'another-name']) metrics.observe(usageRecord({ model }));
    expect(await metrics.render()).toContain('model="known",status="200",outcome="success"} 2');
  });

  it('uses no label for a model that a client invented', async () => {
    const metrics = createMetrics(sources);
    for (let index = 0; index < 100; index += 1) metrics.observe(usageRecord({ model: `invented-${index}` }));
    const text = await metrics.render();
    expect(text).not.toContain('invented');
    expect(text).toContain('model="unknown",status="200",outcome="success"} 100');
  });

  it('reads the pool, the credits and the ledger when it is asked', async () => {
    const lines = await linesOf(createMetrics(sources));
    expect(lines).toContain('atlassian_proxy_pool_credentials{state="ready"} 3');
    expect(lines).toContain('atlassian_proxy_pool_credentials{state="disabled"} 4');
    expect(lines).toContain('atlassian_proxy_pool_routes{route="unified",state="shut"} 2');
    expect(lines).toContain('atlassian_proxy_pool_in_flight 7');
    expect(lines).toContain('atlassian_proxy_replica_info{name="host:8000",version="1.2.3"} 1');
    expect(lines).toContain('atlassian_proxy_pool_waiting 5');
    expect(lines).toContain('atlassian_proxy_credits_total 2000');
    expect(lines).toContain('atlassian_proxy_exchanges_running 6');
    expect(lines).toContain('atlassian_proxy_log_dropped_lines 7');
    expect(lines).toContain('atlassian_proxy_ledger_pending_records 9');
    expect(lines).toContain('atlassian_proxy_ledger_lag_seconds 0.25');
    expect(lines).toContain('atlassian_proxy_ledger_dropped_records 1');
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes'))).toBe(true);
  });

  it('omits unknown values', async () => {
    const lines = await linesOf(createMetrics(sources));
    expect(lines.filter((line) => /^atlassian_proxy_credits_remaining \d/.test(line))).toEqual([]);
  });
});
