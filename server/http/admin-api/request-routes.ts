import { type RequestDetail, type RequestItem, requestRoutes } from '../../../contract/requests.ts';
import { dialects } from '../../dialects/index.ts';
import { InvalidCursor, type RequestsQuery } from '../../ledger/list-requests.ts';
import type { UsageRecord, UsageRecordItem } from '../../ledger/usage-record.ts';
import type { ConversationSums } from '../../ledger/usage-store.ts';
import { AdminFailure, notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindDownload, bindRoute } from './bind-route.ts';
import { csvLine } from './csv.ts';
import { readUsageFilter } from './usage-filter.ts';

/** The request log. */
export function bindRequestRoutes({ ledger, clock }: AdminServices): BoundRoute[] {
  return [
    bindRoute(requestRoutes.list, async ({ query }) => {
      const { cursor, limit } = query;
      const page = await ledger
        .list({ ...toQuery(query), largest: query.largest }, { cursor, limit })
        .catch(refuseCursor);
      return { ...page, requests: page.requests.map((record) => ({ ...record })) };
    }),
    bindRoute(requestRoutes.get, async ({ params }) => {
      const record = await ledger.get(params.id);
      if (record === undefined) throw notFound('request');
      return toDetail(record, await ledger.conversationOf(record));
    }),
    bindDownload(requestRoutes.export, async ({ query, audit }) => {
      const pages = ledger.export(toQuery(query));
      await audit('request.export', '', query.format);
      const name = `requests-${new Date(clock()).toISOString().slice(0, 10)}`;
      return query.format === 'csv'
        ? { type: 'text/csv; charset=utf-8', name: `${name}.csv`, chunks: encodeCsv(pages) }
        : { type: 'application/x-ndjson; charset=utf-8', name: `${name}.jsonl`, chunks: encodeJsonLines(pages) };
    }),
  ];
}

type RequestFilters = Parameters<typeof readUsageFilter>[0] & Omit<RequestsQuery, 'filter' | 'largest'>;

function toQuery(query: RequestFilters): RequestsQuery {
  const { from, to, outcome, search } = query;
  return { from, to, outcome, search, filter: readUsageFilter(query) };
}

function refuseCursor(error: unknown): never {
  if (error instanceof InvalidCursor) throw new AdminFailure('invalid_input', error.message, { field: 'cursor' });
  throw error;
}

function toDetail(record: UsageRecord, sums: ConversationSums | undefined): RequestDetail {
  return {
    ...record,
    attemptCount: record.attempts.length,
    attempts: record.attempts.map((attempt) => ({ ...attempt, skipped: attempt.skipped.map((skip) => ({ ...skip })) })),
    warnings: [...record.warnings],
    content: record.content === null ? null : { ...record.content, path: answerPathOf(record) },
    conversationSums: sums === undefined ? null : { ...sums },
  };
}

/** @param record may be of an API that is no longer supported; then the first dialect is used, as elsewhere */
function answerPathOf(record: UsageRecord): string {
  return (dialects.find(({ name }) => name === record.dialect) ?? dialects[0]).answerPath(record);
}

/** The columns of an export, in order. */
const columns: readonly (keyof RequestItem)[] = [
  'id',
  'startedAt',
  'keyId',
  'keyName',
  'credentialId',
  'credentialLabel',
  'dialect',
  'model',
  'upstreamModel',
  'stream',
  'status',
  'outcome',
  'failureKind',
  'failureMessage',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'usageEstimated',
  'cost',
  'cacheSaved',
  'conversation',
  'queueTime',
  'firstTokenTime',
  'totalTime',
  'attemptCount',
  'clientAddress',
  'userAgent',
];

type Pages = AsyncIterable<readonly UsageRecordItem[]>;

/** Starts with a byte order mark, because spreadsheets do not detect UTF-8 without one. */
async function* encodeCsv(pages: Pages): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(columns)}`;
  for await (const records of pages) {
    yield records
      .map((record) =>
        csvLine(
          columns.map((name) => (name === 'startedAt' ? new Date(record.startedAt).toISOString() : record[name])),
        ),
      )
      .join('');
  }
}

async function* encodeJsonLines(pages: Pages): AsyncGenerator<string> {
  for await (const records of pages) {
    yield records.map((record) => `${JSON.stringify(record, [...columns])}\n`).join('');
  }
}
