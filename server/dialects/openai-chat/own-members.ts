import type { TranslationLog } from '../../conversation/translation.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { isReasoningOptions } from '../openai/reasoning-options.ts';
import { sharedMemberNames } from './schema.ts';

/** Members for which the neutral request has a field. */
const decodedMembers: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'stream', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'],
  ...['response_format', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'frequency_penalty'],
  ...['presence_penalty', 'seed', 'stop', 'n', 'reasoning_effort', 'verbosity', 'user', 'prompt_cache_key'],
]);

/** Reads the members that the neutral language does not cover. In members that OpenAI defines, null means absent. */
export function decodeOwnMembers(json: JsonRecord, foreign: ReadonlySet<string>, notes: TranslationLog): JsonRecord {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    if (decodedMembers.has(name) || foreign.has(name) || (value === null && sharedMemberNames.has(name))) continue;
    if ((name === 'reasoning' && isReasoningOptions(value)) || (name === 'usage' && isUsageOption(value))) continue;
    // The newer name of `user`.
    if (name === 'safety_identifier' && !json.user) continue;
    if (name === '__proto__') {
      notes.dropped(name, 'This member is not forwarded.');
      continue;
    }
    requireShallow(value, name);
    own[name] = value;
  }
  return own;
}

/**
 * Names of vendor members that add no note when they are dropped: the gateway itself handles `include_usage`, and
 * `top_k` is decoded for other APIs.
 */
export function repeatedAmong({ stream_options: options, top_k: topK }: JsonRecord): readonly string[] {
  const names: string[] = [];
  if (isRecord(options) && Object.keys(options).every((name) => name === 'include_usage')) names.push('stream_options');
  if (Number.isInteger(toPlainNumber(topK))) names.push('top_k');
  return names;
}

/** True for `{"include": …}`, with which OpenRouter's clients ask for the usage of a stream. */
export function isUsageOption(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).every((name) => name === 'include');
}
