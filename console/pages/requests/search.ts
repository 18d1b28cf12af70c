import { z } from 'zod';

const outcome = z.enum(['success', 'failure', 'aborted']);
/** Sort orders other than time. */
export const sizes = ['cost', 'duration', 'tokens'] as const;

/** URL parameters of the log (page, filters, order), so that views can be bookmarked and shared. */
export const requestsSearch = z.object({
  range: z.enum(['1h', '24h', '7d', '30d', 'all']).optional().catch(undefined),
  /** A custom period instead of a range up to now; milliseconds since the epoch, `to` exclusive. */
  from: z.number().int().nonnegative().optional().catch(undefined),
  to: z.number().int().nonnegative().optional().catch(undefined),
  outcome: outcome.optional().catch(undefined),
  key: z.string().optional().catch(undefined),
  model: z.string().optional().catch(undefined),
  credential: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  largest: z.enum(sizes).optional().catch(undefined),
  /** Cursor and number of an older page; absent on the newest. */
  cursor: z.string().max(200).optional().catch(undefined),
  page: z.number().int().min(2).optional().catch(undefined),
  /** The request whose trace is open. */
  id: z.string().optional().catch(undefined),
});
export type RequestsSearch = z.infer<typeof requestsSearch>;

const hour = 3_600_000;
const spans = { '1h': hour, '24h': 24 * hour, '7d': 7 * 24 * hour, '30d': 30 * 24 * hour };

/** The filters as the admin API's query. */
export function toQuery(search: RequestsSearch, now: number) {
  const { outcome: wanted, key, model, credential, text } = search;
  return {
    ...toSpan(search, now),
    outcome: wanted,
    keys: key,
    models: model,
    credentials: credential,
    search: text,
  };
}

function toSpan({ range, from, to }: RequestsSearch, now: number) {
  if (from !== undefined || to !== undefined) {
    return { from, to };
  }
  return range === undefined || range === 'all' ? {} : { from: now - spans[range] };
}

const views = ['largest', 'cursor', 'page', 'id'];

/** Whether any filter is active. */
export function isFiltered(search: RequestsSearch): boolean {
  return Object.entries(search).some(([name, value]) => value !== undefined && !views.includes(name));
}
