import type { JsonRecord } from '../../lib/json.ts';
import type { WireRequest } from './schema.ts';

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isString: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
const isWithin =
  (minimum: number, maximum: number): Check =>
  (value) =>
    typeof value === 'number' && value >= minimum && value <= maximum;

/** The members that nearly every client sends, each in the form that needs no conversion. */
const plainMembers: ReadonlyMap<string, Check> = new Map([
  ['model', (value) => typeof value === 'string' && value !== ''],
  ['messages', (value) => Array.isArray(value) && value.length > 0],
  ['stream', isBoolean],
  ['temperature', isWithin(0, 2)],
  ['top_p', isWithin(0, 1)],
  ['frequency_penalty', isWithin(-2, 2)],
  ['presence_penalty', isWithin(-2, 2)],
  ['max_tokens', isCount],
  ['max_completion_tokens', isCount],
  ['stop', isString],
  ['user', isString],
  ['prompt_cache_key', isString],
  ['reasoning_effort', isString],
  ['tools', Array.isArray],
  ['parallel_tool_calls', isBoolean],
]);

/**
 * The fast path for a request that has only these members, which the schema would return unchanged. False does not mean
 * that the request is invalid.
 */
export function isUsualRequest(json: JsonRecord): json is WireRequest {
  for (const name in json) {
    if (plainMembers.get(name)?.(json[name]) !== true) return false;
  }
  return json.model !== undefined && json.messages !== undefined;
}
