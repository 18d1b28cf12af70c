import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { parseText } from '../../lib/escaped-names.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { DecodedRequest, ShapeReader } from '../dialect.ts';
import { mergeVendorData, type OpenaiShape, pickFields, type ReadShape } from '../openai/either-shape.ts';
import { parseParameter } from '../openai/validation-failure.ts';
import { assembleRequest, finishDecoding, readChatRequest } from './decode-request.ts';
import { noDecodedTools } from './decode-tools.ts';
import { decodeOwnMembers } from './own-members.ts';
import { sharedRequestSchema } from './schema.ts';

/** Members that the Responses API does not have. */
const ownMembers: ReadonlySet<string> = new Set([
  ...['messages', 'max_tokens', 'max_completion_tokens', 'reasoning_effort', 'verbosity', 'response_format'],
  ...['frequency_penalty', 'presence_penalty', 'seed', 'stop', 'n', 'logit_bias', 'logprobs', 'stream_options'],
  ...['functions', 'function_call', 'modalities', 'prediction', 'audio', 'web_search_options'],
]);

/** @param foreign readers for parts in other dialects' formats */
export function createChatShape(foreign: readonly ShapeReader[]): OpenaiShape {
  return {
    conversation: 'messages',
    ownMembers,
    parse: parseText,
    read: (json) => readChatRequest(json, foreign),
  };
}

const ownFields = [
  ...(['maxOutputTokens', 'reasoning', 'verbosity', 'responseFormat'] as const),
  ...(['frequencyPenalty', 'presencePenalty', 'seed', 'stop', 'choiceCount'] as const),
];

/** Decodes a request in the Responses API's shape, along with members that only Chat Completions has. */
export function decodeInputShape(members: JsonRecord, read: () => ReadShape): DecodedRequest {
  const { tools: _, tool_choice: _choice, parallel_tool_calls: _calls, functions, ...json } = members;
  const { request, notes, customTools } = read();
  const wire = parseParameter(sharedRequestSchema, json, '');
  if (functions) notes.dropped('functions', "With 'input', functions must be in 'tools'.");
  const own = assembleRequest(wire, [], noDecodedTools, decodeOwnMembers(json, new Set(), new TranslationLog()));
  const whole: ConversationRequest = {
    ...request,
    ...pickFields(own, ownFields),
    ...mergeVendorData(own.vendor, request.vendor),
  };
  return finishDecoding(wire, whole, { ...noDecodedTools, customTools }, notes);
}
