import { Gauge, type Registry } from 'prom-client';
import { metricPrefix } from './metric-prefix.ts';
import type { MetricSources } from './metric-sources.ts';

const routeStates = ['open', 'shut', 'trial', 'unknown'] as const;
const poolStates = ['ready', 'cooling', 'invalid', 'blocked', 'disabled'] as const;

/** Registers the gauges, which are read when the metrics are. */
export function createGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number | null) =>
    new Gauge({
      name: metricPrefix + name,
      help,
      registers: [registry],
      collect() {
        const value = read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  new Gauge({
    name: `${metricPrefix}replica_info`,
    help: 'The name and version of this replica',
    labelNames: ['name', 'version'],
    registers: [registry],
    collect() {
      const { name, version } = sources.replicas();
      this.set({ name, version }, 1);
    },
  });
  new Gauge({
    name: `${metricPrefix}pool_credentials`,
    help: 'Credentials by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const view = sources.pool();
      for (const state of poolStates) this.set({ state }, view[state]);
    },
  });
  new Gauge({
    name: `${metricPrefix}pool_routes`,
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
  gauge('limits_not_shared', '1 while this replica counts limits separately from other replicas', () =>
    Number(sources.replicas().countsSeparately),
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
