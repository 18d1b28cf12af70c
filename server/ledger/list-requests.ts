import { floorTo, grainLength } from './roll-up.ts';
import { ceilTo, type Span } from './span.ts';
import type { RecordPosition, UsageFilter, UsageRecord, UsageRecordItem, UsageStore } from './usage-store.ts';

export interface RequestsQuery {
  /** From inclusive, to exclusive; milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly filter?: UsageFilter;
  readonly outcome?: UsageRecord['outcome'] | undefined;
  /** A request id, or a part of a failure's message. */
  readonly search?: string | undefined;
}

export interface RequestsPage {
  /** Newest first. */
  readonly requests: readonly UsageRecordItem[];
  /** Where the next page begins; null after the last one. */
  readonly nextCursor: string | null;
}

export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

type RecordReader = Pick<UsageStore, 'scan' | 'get' | 'countByStart'>;

/** What a page is looked for with, the time bounded. */
interface Search {
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
  readonly outcome?: UsageRecord['outcome'];
  readonly before?: RecordPosition;
}

/**
 * One page of records.
 *
 * @param cursor the last page's `nextCursor`
 * @throws InvalidCursor
 */
export async function listRequests(
  store: RecordReader,
  query: RequestsQuery,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  now: number,
): Promise<RequestsPage> {
  const before = page.cursor === undefined ? undefined : readCursor(page.cursor);
  const latest = Math.min(ceilTo('day', now), before === undefined ? Number.POSITIVE_INFINITY : before.startedAt + 1);
  const search: Search = {
    from: Math.max(0, query.from ?? 0),
    to: Math.min(query.to ?? latest, latest),
    filter: query.filter ?? {},
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
    ...(before === undefined ? {} : { before }),
  };
  const text = query.search?.trim() ?? '';
  // One more than asked for tells whether there is a next page.
  const found = await (text === ''
    ? find(store, search, page.limit + 1)
    : findText(store, search, text, page.limit + 1));
  const requests = found.slice(0, page.limit);
  const last = requests.at(-1);
  const nextCursor = found.length > page.limit && last !== undefined ? `${last.startedAt}.${last.id}` : null;
  return { requests, nextCursor };
}

function readCursor(cursor: string): RecordPosition {
  const match = /^(\d{1,15})\.(.+)$/s.exec(cursor);
  const [, startedAt, id] = match ?? [];
  if (startedAt === undefined || id === undefined) throw new InvalidCursor('The cursor is not one of this list.');
  return { startedAt: Number(startedAt), id };
}

async function findText(
  store: RecordReader,
  search: Search,
  text: string,
  limit: number,
): Promise<readonly UsageRecordItem[]> {
  const [ofMessage, record] = await Promise.all([
    store.scan({ ...search, message: text, limit }),
    search.before === undefined ? store.get(text) : undefined,
  ]);
  if (record === undefined || !matches(record, search) || ofMessage.some(({ id }) => id === record.id))
    return ofMessage;
  const { attempts, warnings: _warnings, content: _content, ...item } = record;
  return [{ ...item, attemptCount: attempts.length }, ...ofMessage].slice(0, limit);
}

function matches(record: UsageRecord, { from, to, filter, outcome }: Search): boolean {
  const { startedAt, keyId, model, credentialId } = record;
  return (
    startedAt >= from &&
    startedAt < to &&
    (outcome === undefined || record.outcome === outcome) &&
    (filter.keys === undefined || filter.keys.includes(keyId ?? '')) &&
    (filter.models === undefined || filter.models.includes(model)) &&
    (filter.credentials === undefined || filter.credentials.includes(credentialId ?? ''))
  );
}

/** Reads only the hours that, as their roll-ups tell, hold what is looked for: also what is rare is found at once. */
async function find(store: RecordReader, search: Search, limit: number): Promise<readonly UsageRecordItem[]> {
  const { filter, outcome } = search;
  const isNarrow = outcome !== undefined || Object.values(filter).some((values) => values !== undefined);
  if (!isNarrow) return store.scan({ ...search, limit });
  const found: UsageRecordItem[] = [];
  for await (const hours of findHours(store, search, limit)) {
    const from = Math.max(hours.from, search.from);
    const to = Math.min(hours.to, search.to);
    found.push(...(await store.scan({ ...search, from, to, limit: limit - found.length })));
    if (found.length >= limit) break;
  }
  return found;
}

/** Days to look back: ever further, because what is frequent is near and what is rare is little. */
const lookBackDays: readonly number[] = [16, 64, 256, Number.POSITIVE_INFINITY];

/** Stretches of neighbouring hours that hold matching records, newest first: found by their days. */
async function* findHours(store: RecordReader, search: Search, limit: number): AsyncGenerator<Stretch> {
  const oldest = floorTo('day', search.from);
  let end = ceilTo('day', search.to);
  for (const days of lookBackDays) {
    const start = Math.max(oldest, end - days * grainLength.day);
    for (const stretch of await findStretches(store, search, { grain: 'day', from: start, to: end }, limit)) {
      const within = {
        grain: 'hour',
        from: Math.max(stretch.from, floorTo('hour', search.from)),
        to: Math.min(stretch.to, ceilTo('hour', search.to)),
      } as const;
      yield* await findStretches(store, search, within, limit);
    }
    if (start <= oldest) return;
    end = start;
  }
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring roll-ups as one, until they hold a page. */
async function findStretches(store: RecordReader, search: Search, span: Span, limit: number): Promise<Stretch[]> {
  const { filter, outcome } = search;
  const stretches: { from: number; to: number; count: number }[] = [];
  for (const { start, count } of await store.countByStart({ ...span, filter }, outcome)) {
    const to = start + grainLength[span.grain];
    const last = stretches.at(-1);
    if (last !== undefined && last.from === to && last.count < limit) {
      last.from = start;
      last.count += count;
    } else {
      stretches.push({ from: start, to, count });
    }
  }
  return stretches;
}
