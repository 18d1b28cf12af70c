import { z } from 'zod';

/** The page's filters as they stand in the address, so that a view can be kept and passed on. */
export const requestsSearch = z.object({
  range: z.enum(['1h', '24h', '7d', '30d', 'all']).optional().catch(undefined),
  outcome: z.enum(['success', 'failure', 'aborted']).optional().catch(undefined),
  key: z.string().optional().catch(undefined),
  model: z.string().optional().catch(undefined),
  credential: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  /** The request whose trace is open. */
  id: z.string().optional().catch(undefined),
});
export type RequestsSearch = z.infer<typeof requestsSearch>;

const hour = 3_600_000;
const spans = { '1h': hour, '24h': 24 * hour, '7d': 7 * 24 * hour, '30d': 30 * 24 * hour };

/** The filters as the admin API's query. */
export function toQuery(search: RequestsSearch, now: number) {
  const { range, outcome, key, model, credential, text } = search;
  return {
    ...(range === undefined || range === 'all' ? {} : { from: now - spans[range] }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(key === undefined ? {} : { keys: key }),
    ...(model === undefined ? {} : { models: model }),
    ...(credential === undefined ? {} : { credentials: credential }),
    ...(text === undefined ? {} : { search: text }),
  };
}
