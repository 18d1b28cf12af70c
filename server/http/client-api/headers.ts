import { type TranslationNote, warningsOf } from '../../conversation/translation.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import type { AttemptRecord } from '../../ledger/usage-record.ts';

/** Set to `true` when the upstream named no usage and a tokenizer counted instead; a trailer of streams. */
export const usageEstimatedHeader = 'x-usage-estimated';
/** What the upstream says answered. */
export const upstreamModelHeader = 'x-upstream-model';
/** What of the input the prompt cache served. Of streams a trailer, where the upstream says so only at the end. */
export const cacheHeader = 'x-gateway-cache';
/** What a translation dropped or changed. */
export const warningsHeader = 'x-gateway-warnings';
/** The walk through the pool, for a client that sent `x-debug: pool`. */
export const poolTraceHeader = 'x-pool-trace';

/** What a script on another site may read of an answer. */
export const exposedHeaders: readonly string[] = [
  'x-request-id',
  'retry-after',
  'x-should-retry',
  ...new Set(dialects.flatMap(ownHeaders)),
  upstreamModelHeader,
  usageEstimatedHeader,
  cacheHeader,
  warningsHeader,
  poolTraceHeader,
];

/** The names of a dialect's own headers. */
function ownHeaders(dialect: Dialect): readonly string[] {
  const state = { limit: 0, remaining: 0, resetMilliseconds: 0 };
  const headers = {
    ...dialect.encodeLimits({ requests: state, tokens: state }),
    ...dialect.encodeRequestId?.({ requestId: '' }),
  };
  return Object.keys(headers);
}

/** Longer header values make proxies refuse a response. */
const valueLimit = 2000;

/** The headers that tell of an answer beside its body. Values are printable ASCII and bounded. */
export function answerHeaders(answer: {
  readonly upstreamModel: string | undefined;
  readonly notes: readonly TranslationNote[];
  readonly attempts: readonly AttemptRecord[];
  readonly usage: Usage | undefined;
  readonly showTrace: boolean;
}): Record<string, string> {
  const headers: Record<string, string> = {};
  if (answer.upstreamModel !== undefined) headers[upstreamModelHeader] = headerValue(answer.upstreamModel);
  const cache = describeCache(answer.usage);
  if (cache !== undefined) headers[cacheHeader] = cache;
  const warnings = warningsOf(answer.notes);
  if (warnings.length > 0) {
    headers[warningsHeader] = headerValue(warnings.map(({ member, reason }) => `${member}: ${reason}`).join('; '));
  }
  if (answer.showTrace) headers[poolTraceHeader] = headerValue(answer.attempts.map(traceOf).join('; ') || 'no attempt');
  return headers;
}

/** `hit; read=3000; written=120; input=3200`, in tokens; undefined while the upstream has not said. */
export function describeCache(usage: Usage | undefined): string | undefined {
  if (usage === undefined || usage.estimated || usage.inputTokens === 0) return undefined;
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const word = cacheReadTokens > 0 ? 'hit' : 'miss';
  return `${word}; read=${cacheReadTokens}; written=${cacheWriteTokens}; input=${inputTokens}`;
}

/** Credentials by id: their e-mails are not the key holder's business. */
function traceOf(attempt: AttemptRecord): string {
  const skipped = attempt.skipped.map((item) => `${item.credentialId} ${item.reason}`).join(', ');
  return [
    `${attempt.credentialId} ${attempt.route} (${attempt.reason})`,
    `${attempt.outcome}${attempt.status === null ? '' : ` ${attempt.status}`}`,
    `${attempt.milliseconds}ms`,
    ...(attempt.waited > 0 ? [`waited ${attempt.waited}ms`] : []),
    ...(skipped === '' ? [] : [`skipped ${skipped}`]),
  ].join(' ');
}

function headerValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, valueLimit);
}
