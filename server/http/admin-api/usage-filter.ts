import type { UsageFilter } from '../../ledger/usage-store.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** Reads a filter from a query's lists. An empty list does not filter. */
export function readUsageFilter(query: {
  readonly keys?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly credentials?: readonly string[] | undefined;
}): UsageFilter {
  return withoutUndefined({
    keys: nonEmpty(query.keys),
    models: nonEmpty(query.models),
    credentials: nonEmpty(query.credentials),
  });
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
