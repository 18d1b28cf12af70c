import type { UsageFilter } from '../../ledger/usage-store.ts';

/** Reads a filter from a query's lists. An empty list does not filter. */
export function readUsageFilter(query: {
  readonly keys?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly credentials?: readonly string[] | undefined;
}): UsageFilter {
  return {
    ...(query.keys?.length ? { keys: query.keys } : {}),
    ...(query.models?.length ? { models: query.models } : {}),
    ...(query.credentials?.length ? { credentials: query.credentials } : {}),
  };
}
