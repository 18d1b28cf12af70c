import type { Failure, FailureKind } from '../conversation/failure.ts';

const retriedKinds: ReadonlySet<FailureKind> = new Set([
  'rate-limited',
  'overloaded',
  'upstream-unavailable',
  'timeout',
  'internal',
]);

/**
 * In seconds. OpenAI's SDKs respect `retry-after` only below a minute, and retry almost at once if it is longer.
 * Anthropic's wait as long as it says, even for days. Longer waits are left to the user.
 */
const maxSdkWait = 60;

/** The headers that control retries in the official SDKs of OpenAI and Anthropic. */
export function encodeRetryHeaders(failure: Failure): Readonly<Record<string, string>> {
  const { retryAfterSeconds: seconds } = failure;
  return {
    'x-should-retry': String(isWorthRetrying(failure)),
    ...(seconds !== undefined && { 'retry-after': String(Math.ceil(seconds)) }),
  };
}

function isWorthRetrying({ kind, reason, retryAfterSeconds = 0 }: Failure): boolean {
  return retriedKinds.has(kind) && reason !== 'no-credential' && retryAfterSeconds < maxSdkWait;
}
