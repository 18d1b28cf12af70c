import type { UsageFilter } from '../../ledger/usage-store.ts';

/** A filter out of a query's lists; an empty list is no filter. */
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
