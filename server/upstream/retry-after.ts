import { readNumber, readText } from '../lib/json.ts';

/** Waits are capped at a billing month. */
const maxWaitSeconds = 32 * 24 * 60 * 60;

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** HTTP response headers with lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads how long the upstream asks to wait: from a field of its body, otherwise from a header (`Retry-After` in seconds
 * or as a date, `Retry-After-Ms`), otherwise from the message ("usage resets in 29d 31m", "try again in 20s").
 *
 * @param bodySeconds the value of a field of the body
 * @param now milliseconds since the epoch
 * @returns seconds from 0 to 32 days, or undefined without a valid value
 */
export function readRetryAfter(
  headers: ResponseHeaders,
  bodySeconds: number | undefined,
  message: string,
  now: number,
): number | undefined {
  return (
    toBoundedSeconds(bodySeconds) ??
    toBoundedSeconds(readRetryAfterHeader(headers, now)) ??
    toBoundedSeconds(readWaitWords(message))
  );
}

function toBoundedSeconds(seconds: number | undefined): number | undefined {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(seconds, maxWaitSeconds);
}

function readRetryAfterHeader(headers: ResponseHeaders, now: number): number | undefined {
  const milliseconds = readNumber(first(headers['retry-after-ms']));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const value = readText(first(headers['retry-after']));
  if (value === undefined) return undefined;
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** "… resets in 29d 31m", "try again in 1.5s", "retry after 20 seconds", "wait 2 minutes". */
function readWaitWords(message: string): number | undefined {
  const lead =
    /\b(?:resets?|again|retry|wait)\b(?:\s{1,4}(?:again|in|after|for|at least)){0,4}[\s:]{1,4}((?:\d{1,9}(?:\.\d{1,9})?\s{0,4}[a-z]{1,12}[\s,]{0,4}(?:and\s{1,4})?){1,6})/i;
  const amounts = lead.exec(message)?.[1];
  if (amounts === undefined) return undefined;
  let seconds: number | undefined;
  for (const [, amount, word] of amounts.matchAll(/(\d{1,9}(?:\.\d{1,9})?)\s{0,4}([a-z]{1,12})/gi)) {
    const unit = unitOf(word ?? '');
    if (unit === undefined) break;
    seconds = (seconds ?? 0) + Number(amount) * unit;
  }
  return seconds;
}

function unitOf(word: string): number | undefined {
  const lower = word.toLowerCase();
  if (/^(?:ms|msecs?|milliseconds?)$/.test(lower)) return unitSeconds.ms;
  if (/^(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/.test(lower)) return unitSeconds[lower.charAt(0)];
  return undefined;
}
