import type { Ledger } from '../../server/ledger/ledger.ts';
import type { Dimension } from '../../server/ledger/roll-up.ts';

export interface DashboardQuery {
  readonly name: string;
  run(): Promise<unknown>;
}

const hour = 3_600_000;
const day = 24 * hour;
const dimensions: readonly Dimension[] = ['key', 'model', 'credential', 'status'];

/** The console's queries, and a few unusual ones. */
export function dashboardQueries(ledger: Ledger, now: number): DashboardQuery[] {
  return [...overview(ledger), ...summaries(ledger, now), ...narrowed(ledger, now), ...lists(ledger, now)];
}

function overview(ledger: Ledger): DashboardQuery[] {
  return [
    { name: 'overview: last hour', run: () => ledger.lastHour() },
    { name: 'overview: last 24 hours', run: () => ledger.last24Hours() },
    { name: 'credentials: activity of 24 hours', run: () => ledger.credentialActivity() },
    { name: "a key's use this month", run: () => ledger.usedSince('key-0', Date.UTC(2026, 5, 1)) },
  ];
}

function summaries(ledger: Ledger, now: number): DashboardQuery[] {
  const ranges = [
    { label: '1 h by minute', from: now - hour, interval: 'minute' },
    { label: '24 h by hour', from: now - day, interval: 'hour' },
    { label: '7 d by hour', from: now - 7 * day, interval: 'hour' },
    { label: '30 d by hour', from: now - 30 * day, interval: 'hour' },
    { label: '30 d by day', from: now - 30 * day, interval: 'day' },
    { label: '90 d by day', from: now - 90 * day, interval: 'day' },
    { label: '365 d by day', from: now - 365 * day, interval: 'day' },
  ] as const;
  return ranges.flatMap(({ label, from, interval }) =>
    dimensions.map((by) => ({
      name: `summary ${label}, per ${by}`,
      run: () => ledger.summarise({ from, to: now, interval, by }),
    })),
  );
}

function narrowed(ledger: Ledger, now: number): DashboardQuery[] {
  const filters = [
    { label: 'the busiest key', filter: { keys: ['key-0'] }, by: 'model' },
    { label: 'three keys', filter: { keys: ['key-0', 'key-1', 'key-2'] }, by: 'credential' },
    { label: 'one credential', filter: { credentials: ['credential-3'] }, by: 'key' },
    { label: 'one model', filter: { models: ['anthropic:claude-sonnet-4@20250514'] }, by: 'status' },
    { label: 'a key and a model', filter: { keys: ['key-0'], models: ['openai:gpt-5.1'] }, by: 'credential' },
    {
      label: 'a model and a credential',
      filter: { models: ['openai:gpt-5.1'], credentials: ['credential-3'] },
      by: 'key',
    },
    {
      label: 'a key, a model and a credential',
      filter: { keys: ['key-0'], models: ['openai:gpt-5.1'], credentials: ['credential-3'] },
      by: 'status',
    },
  ] as const;
  const ranges = [
    { label: '7 d by hour', from: now - 7 * day - hour, interval: 'hour' },
    { label: '30 d by hour', from: now - 30 * day - hour, interval: 'hour' },
    { label: '365 d by day', from: now - 365 * day, interval: 'day' },
  ] as const;
  return ranges.flatMap((range) =>
    filters.map(({ label, filter, by }) => ({
      name: `summary ${range.label} of ${label}, per ${by}`,
      run: () => ledger.summarise({ from: range.from, to: now, interval: range.interval, filter, by }),
    })),
  );
}

function lists(ledger: Ledger, now: number): DashboardQuery[] {
  const page = { limit: 50 };
  const rare = { keys: ['key-24'], models: ['anthropic:claude-sonnet-4@20250514'], credentials: ['credential-3'] };
  return [
    { name: 'requests: newest', run: () => ledger.list({}, page) },
    { name: 'requests: a page half a year ago', run: () => ledger.list({ to: now - 180 * day }, page) },
    { name: 'requests: of one key', run: () => ledger.list({ filter: { keys: ['key-20'] } }, page) },
    { name: 'requests: failures', run: () => ledger.list({ outcome: 'failure' }, page) },
    {
      name: 'requests: aborts of one rare key',
      run: () => ledger.list({ filter: { keys: ['key-24'] }, outcome: 'aborted' }, page),
    },
    {
      name: 'requests: failures of a rare combination',
      run: () => ledger.list({ filter: rare, outcome: 'failure' }, page),
    },
    { name: 'requests: of a value that there is not', run: () => ledger.list({ filter: { keys: ['none'] } }, page) },
    { name: 'requests: search that finds much', run: () => ledger.list({ search: 'silent for' }, page) },
    { name: 'requests: search that finds nothing', run: () => ledger.list({ search: 'no such message' }, page) },
    {
      name: "requests: one key's search that finds nothing",
      run: () => ledger.list({ search: 'no such message', filter: { keys: ['key-0'] } }, page),
    },
    {
      name: 'requests: an export page of 500',
      run: async () => {
        for await (const requests of ledger.export({ filter: { keys: ['key-3'] } })) return requests.length;
        return 0;
      },
    },
  ];
}
