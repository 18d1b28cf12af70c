import { withoutUndefined } from '../lib/without-undefined.ts';
import { floorTo, grainLength } from './roll-up.ts';
import { ceilTo, type Span } from './span.ts';
import type { UsageRecord, UsageRecordItem } from './usage-record.ts';
import type { RecordPosition, RecordSize, UsageFilter, UsageStore } from './usage-store.ts';

export interface RequestsQuery {
  /** From inclusive, to exclusive; milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly filter?: UsageFilter;
  readonly outcome?: UsageRecord['outcome'] | undefined;
  /** A request id, or part of a failure message. */
  readonly search?: string | undefined;
  /** Sort by this size, largest first, instead of newest first. */
  readonly largest?: RecordSize | undefined;
}

export interface RequestsPage {
  /** Newest first, or largest first if requested. */
  readonly requests: readonly UsageRecordItem[];
  /** Cursor of the next page; null on the last one. */
  readonly nextCursor: string | null;
  /** If ordered by size and there were too many records to scan: the start of the time range that was scanned. */
  readonly scannedSince: number | null;
}

export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

type RecordReader = Pick<UsageStore, 'scan' | 'get' | 'countByStart'>;

/** A search with a bounded time range. */
interface Search {
  readonly from: number;
  readonly to: number;
  readonly filter: UsageFilter;
  readonly outcome?: UsageRecord['outcome'];
  readonly before?: RecordPosition;
}

/**
 * Returns one page of records.
 *
 * @param cursor `nextCursor` of the previous page
 * @throws InvalidCursor
 */
export async function listRequests(
  store: RecordReader,
  query: RequestsQuery,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  now: number,
): Promise<RequestsPage> {
  if (query.largest !== undefined) return listLargest(store, query, query.largest, page, now);
  const before = page.cursor === undefined ? undefined : readCursor(page.cursor);
  const latest = Math.min(ceilTo('day', now), before === undefined ? Number.POSITIVE_INFINITY : before.startedAt + 1);
  const search: Search = {
    from: Math.max(0, query.from ?? 0),
    to: Math.min(query.to ?? latest, latest),
    filter: query.filter ?? {},
    ...withoutUndefined({ outcome: query.outcome, before }),
  };
  const text = query.search?.trim() ?? '';
  // Ask for one more record to find out whether there is a next page.
  const found = await (text === ''
    ? findRecords(store, search, page.limit + 1)
    : findText(store, search, text, page.limit + 1));
  const requests = found.slice(0, page.limit);
  const last = requests.at(-1);
  const nextCursor = found.length > page.limit && last !== undefined ? `${last.startedAt}.${last.id}` : null;
  return { requests, nextCursor, scannedSince: null };
}

/** Approximate number of records to scan for the largest ones. This many take about a second. */
const maxScannedRecords = 200_000;

/** Pages by offset. The time range ends when the first page was requested, so new records do not shift the pages. */
async function listLargest(
  store: RecordReader,
  query: RequestsQuery,
  largest: RecordSize,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  now: number,
): Promise<RequestsPage> {
  const { to, offset } = page.cursor === undefined ? { to: now + 1, offset: 0 } : readPlace(page.cursor);
  const end = Math.min(query.to ?? to, to);
  const asked = Math.max(0, query.from ?? 0);
  const from = await boundStart(store, asked, end);
  const text = query.search?.trim() ?? '';
  const found = await store.scan({
    from,
    to: end,
    filter: query.filter ?? {},
    ...withoutUndefined({ outcome: query.outcome }),
    ...(text !== '' && { message: text }),
    largest,
    offset,
    limit: page.limit + 1,
  });
  return {
    requests: found.slice(0, page.limit),
    nextCursor: found.length > page.limit ? `${to}+${offset + page.limit}` : null,
    scannedSince: from > asked ? from : null,
  };
}

/** The latest start of a day after which there are not too many records according to the roll-ups. At least one day. */
async function boundStart(store: RecordReader, from: number, to: number): Promise<number> {
  const span = { grain: 'day', from: floorTo('day', from), to: ceilTo('day', to) } as const;
  let sum = 0;
  let earliest: number | undefined;
  for (const { start, count } of await store.countByStart({ ...span, filter: {} }, undefined)) {
    sum += count;
    if (sum > maxScannedRecords && earliest !== undefined) return Math.max(from, earliest);
    earliest = start;
  }
  return from;
}

function readPlace(cursor: string): { readonly to: number; readonly offset: number } {
  const [, to, offset] = /^(\d{1,15})\+(\d{1,9})$/.exec(cursor) ?? [];
  if (to === undefined || offset === undefined) throw new InvalidCursor('The cursor does not belong to this list.');
  return { to: Number(to), offset: Number(offset) };
}

function readCursor(cursor: string): RecordPosition {
  const match = /^(\d{1,15})\.(.+)$/s.exec(cursor);
  const [, startedAt, id] = match ?? [];
  if (startedAt === undefined || id === undefined) throw new InvalidCursor('The cursor does not belong to this list.');
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

/** Only reads the hours that contain matches according to the roll-ups, so rare records are found fast, too. */
async function findRecords(store: RecordReader, search: Search, limit: number): Promise<readonly UsageRecordItem[]> {
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

/** Days to look back, in increasing steps: frequent records are found in the first, and rare ones are few in any. */
const lookBackDays: readonly number[] = [16, 64, 256, Number.POSITIVE_INFINITY];

/** Ranges of adjacent hours with matching records, newest first. Searches days first, then their hours. */
async function* findHours(store: RecordReader, search: Search, limit: number): AsyncGenerator<HourRange> {
  const oldest = floorTo('day', search.from);
  let end = ceilTo('day', search.to);
  for (const days of lookBackDays) {
    const start = Math.max(oldest, end - days * grainLength.day);
    for (const range of await findHourRanges(store, search, { grain: 'day', from: start, to: end }, limit)) {
      const within = {
        grain: 'hour',
        from: Math.max(range.from, floorTo('hour', search.from)),
        to: Math.min(range.to, ceilTo('hour', search.to)),
      } as const;
      yield* await findHourRanges(store, search, within, limit);
    }
    if (start <= oldest) return;
    end = start;
  }
}

interface HourRange {
  readonly from: number;
  readonly to: number;
}

/** Merges adjacent roll-ups until they contain a page of records. */
async function findHourRanges(store: RecordReader, search: Search, span: Span, limit: number): Promise<HourRange[]> {
  const { filter, outcome } = search;
  const ranges: { from: number; to: number; count: number }[] = [];
  for (const { start, count } of await store.countByStart({ ...span, filter }, outcome)) {
    const to = start + grainLength[span.grain];
    const last = ranges.at(-1);
    if (last !== undefined && last.from === to && last.count < limit) {
      last.from = start;
      last.count += count;
    } else {
      ranges.push({ from: start, to, count });
    }
  }
  return ranges;
}
