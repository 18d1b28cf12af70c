import { Buffer } from 'node:buffer';
import type { AttemptRecord, GivenUpUsage, UsageRecord } from './usage-record.ts';

/** A record on its way to the store. A JSON array of the values needs less memory than nested objects. */
export type PackedRecord = string;

type Value<Name extends keyof UsageRecord> = UsageRecord[Name];

type Fields = readonly [
  id: Value<'id'>,
  startedAt: number,
  keyId: Value<'keyId'>,
  keyName: string,
  credentialId: Value<'credentialId'>,
  credentialLabel: string,
  dialect: string,
  model: string,
  upstreamModel: Value<'upstreamModel'>,
  stream: boolean,
  status: number,
  outcome: Value<'outcome'>,
  failureKind: Value<'failureKind'>,
  failureMessage: Value<'failureMessage'>,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  reasoningTokens: number,
  usageEstimated: boolean,
  cost: Value<'cost'>,
  queueTime: number,
  firstTokenTime: Value<'firstTokenTime'>,
  totalTime: number,
  clientAddress: string,
  userAgent: string,
  attempts: readonly AttemptFields[],
  warnings: Value<'warnings'>,
  content: Value<'content'>,
  cacheSaved: Value<'cacheSaved'>,
  conversation: Value<'conversation'>,
];

type AttemptFields = readonly [
  credentialId: string,
  credentialLabel: string,
  model: string,
  reason: string,
  startedAt: number,
  milliseconds: number,
  waited: number,
  status: number | null,
  outcome: string,
  message: string | null,
  skipped: AttemptRecord['skipped'],
  route: string,
  /** Input tokens, output tokens and cost of failed attempts; null if they used nothing. */
  givenUp: readonly [number, number, number | null] | null,
];

const modelLimit = 200;
const textLimit = 500;
const conversationLimit = 64;
/** Maximum cost of one request, in US dollars. Keeps sums of nanodollars below 2^53. */
const costLimit = 1000;

/**
 * Limits numbers and texts to what every store accepts. A single NaN would ruin the sums of a whole hour.
 *
 * @param content the logged content to store; null for none
 */
export function packRecord(record: UsageRecord, content = record.content): PackedRecord {
  const { cost, firstTokenTime } = record;
  const fields: Fields = [
    record.id,
    toCount(record.startedAt, Number.MAX_SAFE_INTEGER),
    record.keyId,
    record.keyName,
    record.credentialId,
    record.credentialLabel,
    record.dialect,
    record.model.slice(0, modelLimit),
    record.upstreamModel?.slice(0, modelLimit) ?? null,
    record.stream,
    toCount(record.status),
    record.outcome,
    record.failureKind,
    record.failureMessage?.slice(0, textLimit) ?? null,
    toCount(record.inputTokens),
    toCount(record.outputTokens),
    toCount(record.cacheReadTokens),
    toCount(record.cacheWriteTokens),
    toCount(record.reasoningTokens),
    record.usageEstimated,
    toDollars(cost, 0),
    toCount(record.queueTime),
    firstTokenTime === null ? null : toCount(firstTokenTime),
    toCount(record.totalTime),
    record.clientAddress,
    record.userAgent.slice(0, textLimit),
    record.attempts.map(packAttempt),
    record.warnings,
    content,
    toDollars(record.cacheSaved, -costLimit),
    record.conversation?.slice(0, conversationLimit) ?? null,
  ];
  return JSON.stringify(fields);
}

/** Packed records as a JSON array in UTF-8. */
export type PackedRecords = Uint8Array;

/** The inverse of `unpackRecords`, for records that are available all at once. */
export function packRecords(records: readonly UsageRecord[]): PackedRecords {
  return Buffer.from(`[${records.map((record) => packRecord(record)).join(',')}]`);
}

export function unpackRecords({ buffer, byteOffset, byteLength }: PackedRecords): UsageRecord[] {
  const all: readonly Fields[] = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  return all.map(unpack);
}

function unpack(fields: Fields): UsageRecord {
  return {
    id: fields[0],
    startedAt: fields[1],
    keyId: fields[2],
    keyName: fields[3],
    credentialId: fields[4],
    credentialLabel: fields[5],
    dialect: fields[6],
    model: fields[7],
    upstreamModel: fields[8],
    stream: fields[9],
    status: fields[10],
    outcome: fields[11],
    failureKind: fields[12],
    failureMessage: fields[13],
    inputTokens: fields[14],
    outputTokens: fields[15],
    cacheReadTokens: fields[16],
    cacheWriteTokens: fields[17],
    reasoningTokens: fields[18],
    usageEstimated: fields[19],
    cost: fields[20],
    queueTime: fields[21],
    firstTokenTime: fields[22],
    totalTime: fields[23],
    clientAddress: fields[24],
    userAgent: fields[25],
    attempts: fields[26].map(unpackAttempt),
    warnings: fields[27],
    content: fields[28],
    cacheSaved: fields[29],
    conversation: fields[30],
  };
}

function packAttempt(attempt: AttemptRecord): AttemptFields {
  return [
    attempt.credentialId,
    attempt.credentialLabel,
    attempt.model,
    attempt.reason,
    toCount(attempt.startedAt, Number.MAX_SAFE_INTEGER),
    toCount(attempt.milliseconds),
    toCount(attempt.waited),
    attempt.status,
    attempt.outcome,
    attempt.message ?? null,
    attempt.skipped,
    attempt.route,
    packGivenUp(attempt.givenUp),
  ];
}

function unpackAttempt(fields: AttemptFields): AttemptRecord {
  const message = fields[9];
  return {
    credentialId: fields[0],
    credentialLabel: fields[1],
    model: fields[2],
    reason: fields[3],
    startedAt: fields[4],
    milliseconds: fields[5],
    waited: fields[6],
    status: fields[7],
    outcome: fields[8],
    ...(message !== null && { message }),
    skipped: fields[10],
    route: fields[11],
    ...unpackGivenUp(fields[12]),
  };
}

function packGivenUp(used: GivenUpUsage | undefined): AttemptFields[12] {
  return used === undefined ? null : [toCount(used.inputTokens), toCount(used.outputTokens), toDollars(used.cost, 0)];
}

function unpackGivenUp(fields: AttemptFields[12]): { readonly givenUp?: GivenUpUsage } {
  if (fields === null) return {};
  const [inputTokens, outputTokens, cost] = fields;
  return { givenUp: { inputTokens, outputTokens, cost } };
}

function toDollars(dollars: number | null, least: number): number | null {
  return dollars === null || !Number.isFinite(dollars) ? null : Math.min(Math.max(least, dollars), costLimit);
}

/** Sums of thousands of such counts are still exact. */
const maxCount = 2 ** 40;

function toCount(value: number, largest = maxCount): number {
  if (!Number.isFinite(value)) return 0;
  return Math.round(Math.min(Math.max(value, 0), largest));
}
