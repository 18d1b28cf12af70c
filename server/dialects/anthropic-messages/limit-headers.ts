import type { KeyLimitStates } from '../dialect.ts';

/** The API's headers (https://platform.claude.com/docs/en/api/rate-limits). */
export function encodeLimits(limits: KeyLimitStates, now: number = Date.now()): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of ['requests', 'tokens'] as const) {
    const state = limits[name];
    if (state === undefined) continue;
    const prefix = `anthropic-ratelimit-${name}`;
    headers[`${prefix}-limit`] = String(state.limit);
    headers[`${prefix}-remaining`] = String(state.remaining);
    headers[`${prefix}-reset`] = new Date(now + Math.max(0, state.resetMilliseconds)).toISOString();
  }
  return headers;
}
