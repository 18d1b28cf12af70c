import { isRecord, type JsonRecord, readArray } from '../lib/json.ts';

/**
 * True for what comes instead of an answer, or inside of one, and is an error's body of some family (protocol notes,
 * section 4). What has a `type` of its own is an event, unless it complains of something.
 */
export function isErrorBody(value: JsonRecord): boolean {
  if (complains(value)) return true;
  if (typeof value.type === 'string') return value.type === 'error';
  return typeof value.message === 'string' || isRecord(value.balance) || isBadStatus(value.status ?? value.code);
}

/** True for a value that holds an error beside whatever else it holds. */
export function complains({ error, upstream, errors }: JsonRecord): boolean {
  return isComplaint(error) || isComplaint(upstream) || readArray(errors).length > 0;
}

function isComplaint(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (isRecord(value) && Object.keys(value).length > 0);
}

/** Words in which the gateway says what is wrong, and statuses of HTTP. */
const badStatus = /^(?:UNKNOWN|ERROR|FAILED|RATE_LIMITED|USER_\w+|FEATURE_\w+|\w+_(?:EXCEEDED|DISABLED)|[45]\d\d)$/i;

function isBadStatus(value: unknown): boolean {
  if (typeof value === 'number') return value >= 400;
  return typeof value === 'string' && badStatus.test(value);
}
