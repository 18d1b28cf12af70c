import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';
import { usageRecord } from './testing/usage-record.ts';

const dashboard = readFileSync(new URL('../../deploy/grafana-dashboard.json', import.meta.url), 'utf8');

it('has a metric behind every figure of the Grafana dashboard', async () => {
  const metrics = createMetrics({
    pool: () => ({ ready: 1, cooling: 0, invalid: 0, blocked: 0, disabled: 0, inFlight: 0, waiting: 0 }),
    routes: () => [{ route: 'unified', open: 1, shut: 0, trial: 0, unknown: 0 }],
    credits: () => ({ total: 1, remaining: 1 }),
    ledger: () => ({ pending: 0, dropped: 0, lagMs: 0 }),
    replicas: () => ({ count: 1, name: 'host:8000', version: '1.2.3', countsSeparately: false }),
    backups: () => ({ lastSuccessAt: 1000, last: { ok: true } }),
    running: () => 0,
    droppedLogLines: () => 0,
    modelOf: (name) => name,
  });
  metrics.observe(usageRecord());
  const rendered = await metrics.render();
  const names = new Set(dashboard.match(/\b(?:atlassian_proxy|nodejs|process)_[a-z0-9_]+/g));
  expect(names.size).toBeGreaterThan(15);
  for (const name of names) expect(rendered, name).toMatch(new RegExp(`^${name}[ {]`, 'm'));
});
