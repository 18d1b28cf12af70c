import type { ConversationRequest } from '../../../conversation/request.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import { adaptForGemini } from '../../../dialects/gemini/adapt-request.ts';
import { ChatAnswerReader } from '../../../dialects/openai-chat/decode-answer.ts';
import { encodeChatRequest } from '../../../dialects/openai-chat/encode-request.ts';
import { chatName } from '../../../dialects/openai-chat/name.ts';
import { traitsOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { type JsonRecord, readArray, readRecord } from '../../../lib/json.ts';
import { encodeWellFormedJson } from '../../../lib/well-formed-json.ts';
import { createAnswerDecoder } from '../../framing/decoder.ts';
import { newCallId } from '../new-call-id.ts';
import { withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from '../route.ts';
import { SignedCallReader, signCalls } from './call-signatures.ts';

const path = '/rovodev/v2/proxy/ai/v1/google/publishers/google/v1/chat/completions';

/**
 * Gemini over OpenAI's Chat Completions format (protocol notes, section 3), as documented by Google:
 * https://ai.google.dev/gemini-api/docs/openai. This route returns no thoughts.
 *
 * @param newId makes the id of a tool call that came without one
 */
export function createGeminiChatRoute(newId: () => string = newCallId): UpstreamRoute {
  return {
    name: 'gemini-chat',
    dialect: chatName,
    servesModel: (model) => model.startsWith('gemini-'),
    mayStopEmpty: () => true,
    encodeRequest,
    createDecoder: (options) =>
      createAnswerDecoder({
        ...options,
        newId,
        createReader: (readerOptions) =>
          new SignedCallReader(new ChatAnswerReader({ ...readerOptions, streamsEnd: true })),
      }),
  };
}

function encodeRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const notes = new TranslationLog();
  const adapted = adaptForGemini(request, { ...target, notes });
  const { formatInPrompt, createAnswerTransform } = adapted;
  const traits = { ...traitsOf(target.model), enforcesResponseFormat: !formatInPrompt };
  const { response_format: format, ...chat } = encodeChatRequest(adapted.request, traits, notes);
  const body = {
    ...withoutUnknown(chat, notes),
    messages: signCalls(adapted.request.messages, readArray(chat.messages).map(withoutUnknownMembers)),
    ...(format !== undefined && !formatInPrompt && { response_format: format }),
    model: target.model,
    ...(request.stream && { stream_options: { include_usage: true } }),
  };
  return {
    path,
    body: [encodeWellFormedJson(withoutMembers(body, target.refusedMembers, notes))],
    notes: notes.list(),
    createAnswerTransform,
  };
}

/** Google refuses unknown members. */
const knownMembers: ReadonlySet<string> = new Set([
  ...['messages', 'frequency_penalty', 'logprobs', 'max_tokens', 'max_completion_tokens', 'parallel_tool_calls'],
  ...['presence_penalty', 'reasoning_effort', 'seed', 'stop', 'stream', 'temperature', 'tool_choice', 'tools'],
  ...['top_logprobs', 'top_p', 'user', 'extra_body', 'stream_options'],
]);

function withoutUnknown(body: JsonRecord, notes: TranslationLog): JsonRecord {
  const known: [string, unknown][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (knownMembers.has(name)) known.push([name, value]);
    else notes.dropped(name, 'This route has no such parameter.');
  }
  return Object.fromEntries(known);
}

const messageMembers: ReadonlySet<string> = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id']);

function withoutUnknownMembers(message: unknown): JsonRecord {
  return Object.fromEntries(Object.entries(readRecord(message)).filter(([name]) => messageMembers.has(name)));
}
