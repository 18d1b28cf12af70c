import type { Message } from '../../conversation/message.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';

/** A request's members under this API's names, and the messages that precede its own. */
interface WithoutResponsesMembers {
  readonly json: JsonRecord;
  readonly instructions: readonly Message[];
}

/** Members of the Responses API that have another name here, or none. */
const responsesMembers = ['max_output_tokens', 'instructions', 'text', 'input'] as const;
/** Members of the Responses API that ask for nothing when they are null or false. */
const stateMembers = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;

/**
 * Converts members of the Responses API to those of this API, because some clients mix them. This API's own members
 * take precedence.
 *
 * @returns the same `json` if it has none of them
 */
export function withoutResponsesMembers(json: JsonRecord, notes: TranslationLog): WithoutResponsesMembers {
  const absent = stateMembers.filter((name) => json[name] === null || json[name] === false);
  if (absent.length === 0 && !responsesMembers.some((name) => name in json)) return { json, instructions: [] };
  const { max_output_tokens: limit, instructions, text, input, ...rest } = json;
  const chat: Record<string, unknown> = { ...rest };
  for (const name of absent) delete chat[name];
  if (typeof limit === 'number') {
    if ((json.max_tokens ?? json.max_completion_tokens ?? undefined) === undefined) chat.max_completion_tokens = limit;
    else notes.dropped('max_output_tokens', 'The limit of Chat Completions is used instead.');
  } else if (isPresent(limit)) chat.max_output_tokens = limit;
  if (isRecord(text)) {
    chat.response_format = json.response_format ?? text.format;
    chat.verbosity = json.verbosity ?? text.verbosity;
  } else if (isPresent(text)) chat.text = text;
  if (isPresent(input)) notes.dropped('input', "The conversation is in 'messages'.");
  if (typeof instructions !== 'string' && isPresent(instructions)) chat.instructions = instructions;
  return { json: chat, instructions: toMessages(instructions) };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toMessages(instructions: unknown): readonly Message[] {
  if (typeof instructions !== 'string' || instructions === '') return [];
  return [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
}
