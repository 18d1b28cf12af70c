import type { Warning } from '../../conversation/request.ts';
import type { AttemptRecord } from '../../ledger/usage-store.ts';

/** Set to `true` when the upstream named no usage and a tokenizer counted instead; a trailer of streams. */
export const usageEstimatedHeader = 'x-usage-estimated';
/** What the upstream says answered. */
export const upstreamModelHeader = 'x-upstream-model';
/** What a translation dropped or changed. */
export const warningsHeader = 'x-gateway-warnings';
/** The walk through the pool, for a client that sent `x-debug: pool`. */
export const poolTraceHeader = 'x-pool-trace';

/** What a script on another site may read of an answer. */
export const exposedHeaders: readonly string[] = [
  'x-request-id',
  'retry-after',
  'x-should-retry',
  ...['limit', 'remaining', 'reset'].flatMap((what) => [`x-ratelimit-${what}-requests`, `x-ratelimit-${what}-tokens`]),
  upstreamModelHeader,
  usageEstimatedHeader,
  warningsHeader,
  poolTraceHeader,
];

/** Longer header values make proxies refuse a response. */
const valueLimit = 2000;

/** The headers that tell of an answer beside its body. Values are printable ASCII and bounded. */
export function answerHeaders(answer: {
  readonly upstreamModel: string | undefined;
  readonly warnings: readonly Warning[];
  readonly attempts: readonly AttemptRecord[];
  readonly showTrace: boolean;
}): Record<string, string> {
  const headers: Record<string, string> = {};
  if (answer.upstreamModel !== undefined) headers[upstreamModelHeader] = headerValue(answer.upstreamModel);
  if (answer.warnings.length > 0) {
    headers[warningsHeader] = headerValue(
      answer.warnings.map((item) => `${item.parameter}: ${item.message}`).join('; '),
    );
  }
  if (answer.showTrace) headers[poolTraceHeader] = headerValue(answer.attempts.map(traceOf).join('; ') || 'no attempt');
  return headers;
}

/** Credentials by id: their e-mails are not the key holder's business. */
function traceOf(attempt: AttemptRecord): string {
  const skipped = attempt.skipped.map((item) => `${item.credentialId} ${item.reason}`).join(', ');
  return [
    `${attempt.credentialId} (${attempt.reason})`,
    `${attempt.outcome}${attempt.status === null ? '' : ` ${attempt.status}`}`,
    `${attempt.milliseconds}ms`,
    ...(attempt.waited > 0 ? [`waited ${attempt.waited}ms`] : []),
    ...(skipped === '' ? [] : [`skipped ${skipped}`]),
  ].join(' ');
}

function headerValue(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, valueLimit);
}
