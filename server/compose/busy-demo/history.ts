import { upstreamModelOf } from '../../catalogue/catalogue.ts';
import { deriveEndpoints } from '../../catalogue/endpoints.ts';
import { dialects } from '../../dialects/index.ts';
import { type ListPrices, priceCacheSavings, priceUsage } from '../../ledger/price.ts';
import type { AttemptRecord, UsageRecord } from '../../ledger/usage-record.ts';
import { createIdAt } from '../../lib/ids.ts';
import { upstreamRoutes } from '../../upstream/routes/index.ts';
import type { DemoClient } from './accounts-and-clients.ts';
import { createRandomSource, type RandomSource } from './random.ts';

/** A credential in the pool. */
export interface PastCredential {
  readonly id: string;
  readonly label: string;
  readonly weight: number;
}

/** A client with the id of its key. */
export interface PastClient extends DemoClient {
  readonly keyId: string;
}

export interface HistoryOptions {
  /** The end of the history; milliseconds since the epoch. */
  readonly now: number;
  readonly days: number;
  readonly credentials: readonly PastCredential[];
  readonly clients: readonly PastClient[];
  readonly pricesOf: (model: string) => ListPrices | null;
  readonly seed?: number;
}

const hour = 3_600_000;
const day = 24 * hour;
/** Requests per hour, for each hour of a local working day. */
const workingDay = [5, 4, 2, 2, 2, 4, 8, 21, 54, 84, 103, 98, 61, 82, 107, 112, 98, 70, 40, 26, 21, 16, 11, 7];
/** Traffic of a weekend day relative to a working day. */
const weekendShare = 0.25;

/** Incidents, in hours before the end. */
const incidents = [
  { from: 5.5, to: 4.9, failing: 0.55, kind: 'transient' },
  { from: 17.2, to: 16.8, failing: 0.4, kind: 'rate' },
  { from: 75, to: 73.5, failing: 0.5, kind: 'transient' },
] as const;
/** Times when the machine was off, in hours before the end. */
const outages = [{ from: 51, to: 48.5 }] as const;

const troubles = {
  transient: { status: 503, message: 'Service Unavailable', duration: 350 },
  rate: { status: 429, message: 'Too many requests. Please try again later.', duration: 120 },
  timeout: { status: null, message: 'The upstream sent nothing in time.', duration: 4200 },
  concurrency: { status: 429, message: 'Too many concurrent requests for this account.', duration: 90 },
} as const;
type Trouble = keyof typeof troubles;

/** Generates a month of usage records: days and nights, quiet weekends, an outage, some incidents. */
export function* writeHistory(options: HistoryOptions): Generator<UsageRecord> {
  const { now, days, seed = 20_260_501 } = options;
  const random = createRandomSource(seed);
  let time = now - days * day;
  while (time < now) {
    const perHour = rateAt(time, now);
    time += (-Math.log(1 - random.next()) * hour) / perHour;
    const ago = (now - time) / hour;
    if (time >= now || outages.some(({ from, to }) => ago < from && ago > to)) continue;
    yield writeRecord(options, random, createIdAt(Math.floor(time)), Math.floor(time), ago);
  }
}

function rateAt(time: number, now: number): number {
  const local = new Date(time);
  const isWeekend = local.getDay() === 0 || local.getDay() === 6;
  // The last day is full, whichever day of the week it is.
  const share = isWeekend && now - time > day ? weekendShare : 1;
  return (workingDay[local.getHours()] ?? 1) * share;
}

function writeRecord(
  options: HistoryOptions,
  random: RandomSource,
  id: string,
  startedAt: number,
  ago: number,
): UsageRecord {
  const client = random.pick(options.clients, ({ weight }) => weight);
  const request = {
    id,
    startedAt,
    keyId: client.keyId,
    keyName: client.keyName,
    dialect: dialects[0].name,
    stream: random.hits(client.streamed),
    clientAddress: client.address,
    userAgent: client.userAgent,
    warnings: [],
    content: null,
    conversation: null,
    usageEstimated: false,
  };
  if (random.hits(0.006)) return { ...request, ...refuse(random, client.keyName) };
  const model = random.pick(client.models);
  const incident = incidents.find(({ from, to }) => ago < from && ago > to);
  const attempts = writeAttempts(options, random, {
    ...{ model, startedAt, incident },
    inputTokens: client.inputTokens,
  });
  const last = attempts.at(-1);
  const isAnswered = last?.outcome === 'success';
  const isAborted = isAnswered && random.hits(0.025);
  const usage = isAnswered ? writeUsage(random, client) : noUsage;
  const begun = last === undefined ? 0 : last.startedAt - startedAt;
  const totalTime = begun + (last?.milliseconds ?? 0);
  return {
    ...request,
    ...usage,
    model,
    upstreamModel: isAnswered ? model.slice(model.indexOf(':') + 1) : null,
    credentialId: last?.credentialId ?? null,
    credentialLabel: last?.credentialLabel ?? '',
    status: isAnswered ? 200 : 503,
    outcome: isAborted ? 'aborted' : isAnswered ? 'success' : 'failure',
    failureKind: isAnswered ? null : 'upstream-unavailable',
    failureMessage: isAnswered ? null : 'The model is currently not available: the upstream answered 503.',
    ...priceOf(usage, isAnswered ? options.pricesOf(model) : null),
    queueTime: attempts.reduce((sum, { waited }) => sum + waited, 0),
    firstTokenTime: isAnswered ? Math.min(totalTime, begun + random.about(firstTokenOf(model))) : null,
    totalTime,
    attempts: isAborted && last !== undefined ? [...attempts.slice(0, -1), { ...last, outcome: 'aborted' }] : attempts,
  };
}

function priceOf(usage: typeof noUsage, prices: ListPrices | null) {
  if (prices === null) return { cost: null, cacheSaved: null };
  return { cost: priceUsage({ ...usage, estimated: false }, prices), cacheSaved: priceCacheSavings(usage, prices) };
}

const noUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

function writeUsage(random: RandomSource, client: PastClient) {
  const inputTokens = random.about(client.inputTokens);
  const outputTokens = random.about(client.outputTokens);
  const cacheReadTokens = random.hits(client.cached) ? Math.round(inputTokens * client.cached) : 0;
  const cacheWriteTokens = cacheReadTokens > 0 ? Math.round((inputTokens - cacheReadTokens) * 0.4) : 0;
  const reasoningTokens = random.hits(0.3) ? Math.round(outputTokens * 0.4) : 0;
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens };
}

interface Walk {
  readonly model: string;
  readonly startedAt: number;
  readonly incident: (typeof incidents)[number] | undefined;
  readonly inputTokens: number;
}

/** The attempts of a request: mostly one, sometimes one after a failure, rarely all fail. */
function writeAttempts(options: HistoryOptions, random: RandomSource, walk: Walk): AttemptRecord[] {
  const attempts: AttemptRecord[] = [];
  const failing = walk.incident?.failing ?? 0.05;
  let free = options.credentials;
  let at = walk.startedAt + 2;
  for (let count = 0; count < 4 && free.length > 0; count += 1) {
    const credential = random.pick(free, ({ weight }) => weight);
    free = free.filter(({ id }) => id !== credential.id);
    const waited = random.hits(0.04) ? random.about(700) : 0;
    at += waited;
    const trouble = random.hits(failing) ? pickTrouble(random, walk) : undefined;
    const milliseconds =
      trouble === undefined ? answerTime(random, walk.model) : random.about(troubles[trouble].duration);
    attempts.push({
      credentialId: credential.id,
      credentialLabel: credential.label,
      model: walk.model,
      route: routeOf(walk.model),
      reason: count === 0 && random.hits(0.4) ? 'affinity' : 'round-robin',
      startedAt: at,
      milliseconds,
      waited,
      ...(trouble === undefined ? { status: 200, outcome: 'success' } : describeTrouble(options, walk, trouble)),
      skipped: skip(options, random, credential.id),
    });
    if (trouble === undefined) break;
    at += milliseconds;
  }
  return attempts;
}

function describeTrouble({ pricesOf }: HistoryOptions, { model, inputTokens }: Walk, trouble: Trouble) {
  const { status, message } = troubles[trouble];
  if (trouble !== 'timeout') return { status, outcome: trouble, message };
  // An upstream that stops responding has still processed the whole prompt.
  const { cost } = priceOf({ ...noUsage, inputTokens }, pricesOf(model));
  return { status, outcome: trouble, message, givenUp: { inputTokens, outputTokens: 0, cost } };
}

function pickTrouble(random: RandomSource, { incident }: Walk): Trouble {
  if (incident !== undefined) return incident.kind;
  return random.pick(['transient', 'rate', 'concurrency', 'timeout'] as const);
}

function skip({ credentials }: HistoryOptions, random: RandomSource, chosen: string): AttemptRecord['skipped'] {
  const reasons = ['cooling (rate)', 'cooling (quota)', 'invalid', 'disabled'];
  return credentials
    .filter(({ id, weight }) => id !== chosen && weight <= 1 && random.hits(0.8))
    .map(({ id, label }, index) => ({
      credentialId: id,
      credentialLabel: label,
      reason: reasons[index % reasons.length] ?? 'disabled',
    }));
}

/** Milliseconds until the first token. */
function firstTokenOf(model: string): number {
  if (model.includes('opus')) return 1500;
  return model.includes('flash') ? 380 : 820;
}

function answerTime(random: RandomSource, model: string): number {
  return firstTokenOf(model) * 2 + random.about(firstTokenOf(model) * 5);
}

/** A request that was rejected before it reached a credential. */
function refuse(random: RandomSource, keyName: string) {
  const [status, failureKind, failureMessage, model] = random.pick([
    [404, 'not-found', 'The model `gpt-4o` does not exist or you do not have access to it.', 'gpt-4o'],
    [429, 'rate-limited', `Rate limit reached for the API key of ${keyName} on requests per minute.`, demoModel],
    [400, 'invalid-request', 'Invalid type for messages[0].content: expected a string or a list.', demoModel],
  ] as const);
  return {
    ...noUsage,
    model,
    upstreamModel: null,
    credentialId: null,
    credentialLabel: '',
    status,
    outcome: 'failure' as const,
    failureKind,
    failureMessage,
    cost: null,
    cacheSaved: null,
    queueTime: 0,
    firstTokenTime: null,
    totalTime: 1,
    attempts: [],
  };
}

const demoModel = 'google:gemini-2.0-flash-001';

const routes = [...upstreamRoutes.values()];

/** The route that is tried first for a model. */
function routeOf(model: string): string {
  const [first] = deriveEndpoints(upstreamModelOf(model), routes);
  if (first === undefined) throw new Error(`no route serves ${model}`);
  return first.route;
}
