import { isRecord, type JsonRecord, readArray } from '../lib/json.ts';

/**
 * True for an error of the upstream in any of its formats, in place of an answer or inside one. A value with a `type`
 * is an event, unless it contains an error.
 */
export function isErrorBody(value: JsonRecord): boolean {
  if (hasError(value)) return true;
  if (typeof value.type === 'string') return errorTypes.has(value.type);
  if (typeof value.message === 'string' || isRecord(value.balance)) return true;
  return isBadStatus(value.status ?? value.code) || nameOfException(value) !== undefined;
}

/** The second one is of OpenAI's Responses API. */
const errorTypes: ReadonlySet<string> = new Set(['error', 'response.failed']);

/** True for a value with an error among its members. */
export function hasError({ error, upstream, errors }: JsonRecord): boolean {
  return isErrorValue(error) || isErrorValue(upstream) || readArray(errors).length > 0;
}

/**
 * The name of the member in which a stream of Bedrock reports an exception:
 * `{"modelStreamErrorException": {"message": "…", "originalStatusCode": 500}}`.
 */
export function nameOfException(value: JsonRecord): string | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0 || !/^[a-z]\w{1,60}Exception$/.test(name)) return undefined;
  return isRecord(value[name]) ? name : undefined;
}

function isErrorValue(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (isRecord(value) && Object.keys(value).length > 0);
}

/** Error statuses of the Atlassian gateway, and HTTP statuses. */
const badStatus = /^(?:UNKNOWN|ERROR|FAILED|RATE_LIMITED|USER_\w+|FEATURE_\w+|\w+_(?:EXCEEDED|DISABLED)|[45]\d\d)$/i;

function isBadStatus(value: unknown): boolean {
  if (typeof value === 'number') return value >= 400;
  return typeof value === 'string' && badStatus.test(value);
}
