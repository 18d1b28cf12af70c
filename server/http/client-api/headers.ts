import { type TranslationNote, warningsOf } from '../../conversation/translation.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import type { AttemptRecord } from '../../ledger/usage-record.ts';

/** `true` if the upstream reported no usage and the gateway estimated the tokens. A trailer on streams. */
export const usageEstimatedHeader = 'x-usage-estimated';
/** The model that answered, as reported by the upstream. */
export const upstreamModelHeader = 'x-upstream-model';
/**
 * How much of the input came from the prompt cache. A trailer on streams if the upstream reports it only at the end.
 */
export const cacheHeader = 'x-gateway-cache';
/** What the translation dropped or changed. A trailer on streams if the answer itself has something to report. */
export const warningsHeader = 'x-gateway-warnings';
/** The attempts in the pool, for clients that send `x-debug: pool`. */
export const poolTraceHeader = 'x-pool-trace';

/** Response headers that scripts of other origins may read. */
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

/** The names of the headers that a dialect defines. */
function ownHeaders(dialect: Dialect): readonly string[] {
  const state = { limit: 0, remaining: 0, resetMilliseconds: 0 };
  const headers = {
    ...dialect.encodeLimits({ requests: state, tokens: state }),
    ...dialect.encodeRequestId?.({ requestId: '' }),
  };
  return Object.keys(headers);
}

/** Maximum length of a header value. Proxies reject responses with longer ones. */
const valueLimit = 2000;

/** Headers with details about an answer. Values are printable ASCII and bounded in length. */
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
  const warnings = describeWarnings(answer.notes);
  if (warnings !== undefined) headers[warningsHeader] = warnings;
  if (answer.showTrace) headers[poolTraceHeader] = headerValue(answer.attempts.map(traceOf).join('; ') || 'no attempt');
  return headers;
}

/** The value of the header; undefined if there is nothing to report. */
export function describeWarnings(notes: readonly TranslationNote[]): string | undefined {
  const warnings = warningsOf(notes);
  if (warnings.length === 0) return undefined;
  return headerValue(warnings.map(({ member, reason }) => `${member}: ${reason}`).join('; '));
}

/** Like `hit; read=3000; written=120; input=3200`, in tokens; undefined until the upstream has reported usage. */
export function describeCache(usage: Usage | undefined): string | undefined {
  if (usage === undefined || usage.estimated || usage.inputTokens === 0) return undefined;
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const word = cacheReadTokens > 0 ? 'hit' : 'miss';
  return `${word}; read=${cacheReadTokens}; written=${cacheWriteTokens}; input=${inputTokens}`;
}

/** Credentials are shown by id, because clients must not see their e-mail addresses. */
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
