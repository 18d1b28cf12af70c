import type { KeyLimitStates } from '../dialect.ts';

/** OpenAI's headers (https://platform.openai.com/docs/guides/rate-limits). */
export function encodeLimits(limits: KeyLimitStates): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of ['requests', 'tokens'] as const) {
    const state = limits[name];
    if (state === undefined) continue;
    headers[`x-ratelimit-limit-${name}`] = String(state.limit);
    headers[`x-ratelimit-remaining-${name}`] = String(state.remaining);
    headers[`x-ratelimit-reset-${name}`] = formatDuration(state.resetMilliseconds);
  }
  return headers;
}

/** Formats a duration like OpenAI: `6m0s`, `1.5s`, `20ms`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, Math.ceil(milliseconds));
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
