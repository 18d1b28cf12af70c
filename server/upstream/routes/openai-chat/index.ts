import { Buffer } from 'node:buffer';
import { withPromptCacheKey } from '../../../conversation/prompt-caching.ts';
import type { ConversationRequest, OriginalBody } from '../../../conversation/request.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import { adaptForOpenai } from '../../../dialects/openai/adapt-request.ts';
import { takesCustomTools, withOwnDescriptions } from '../../../dialects/openai/custom-tools.ts';
import { ChatAnswerReader } from '../../../dialects/openai-chat/decode-answer.ts';
import { encodeChatRequest, isPlainChatRequest } from '../../../dialects/openai-chat/encode-request.ts';
import { chatName } from '../../../dialects/openai-chat/name.ts';
import { fitToolDescriptions } from '../../../dialects/openai-chat/tool-descriptions.ts';
import { traitsOf, type VendorTraits, vendorOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { cutMembers } from '../../../lib/cut-members.ts';
import { joinSmall } from '../../../lib/join-small.ts';
import { encodeWellFormedJson } from '../../../lib/well-formed-json.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { chatFastPath } from '../../framing/chat-fast-path.ts';
import { createAnswerDecoder } from '../../framing/decoder.ts';
import { newCallId } from '../new-call-id.ts';
import { hasRefused, withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from '../route.ts';

const path = '/rovodev/v2/proxy/ai/v1/openai/v1/chat/completions';

/** OpenAI's native Chat Completions API, with `model` in the body (protocol notes, section 3). */
export function createOpenaiChatRoute(newId: () => string = newCallId): UpstreamRoute {
  return {
    name: 'openai-chat',
    dialect: chatName,
    relaysAnswers: true,
    servesModel: (model) => vendorOf(model) === 'openai',
    servesPoorly: (request, model) => request.tools.length > maxTools || losesReasoning(request, model),
    encodeRequest,
    relayRequest,
    createDecoder: (options) =>
      createAnswerDecoder({
        ...options,
        newId,
        createReader: (readerOptions) => new ChatAnswerReader({ ...readerOptions, streamsEnd: true }),
        fastPath: chatFastPath,
      }),
  };
}

/** OpenAI rejects more in Chat Completions, but not in the Responses API. */
const maxTools = 128;

/** The route requires `max_completion_tokens` for every model (protocol notes, section 3). */
function routeTraits({ model, refusedMembers }: RouteTarget): VendorTraits {
  const supportsCustomTools = takesCustomTools(model, refusedMembers);
  return { ...traitsOf(model), maxTokensName: 'max_completion_tokens', supportsCustomTools };
}

function encodeRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const notes = new TranslationLog();
  const traits = routeTraits(target);
  const { request: adapted, createAnswerTransform } = adaptForOpenai(
    withPromptCacheKey(traits.supportsCustomTools ? withOwnDescriptions(request) : request, target.promptCaching),
    {
      model: target.model,
      notes,
    },
  );
  const chat = encodeChatRequest(fitToolDescriptions(adapted, notes), traits, notes);
  const effort = effortWithTools(chat, target.model);
  if (effort !== undefined)
    notes.changed('reasoning_effort', 'On this route the model does not reason when tools are given.');
  const whole = {
    ...chat,
    model: target.model,
    ...withoutUndefined({ reasoning_effort: effort }),
    ...(request.stream && { stream_options: { include_usage: true } }),
  };
  const body = withoutMembers(whole, target.refusedMembers, notes);
  return {
    path,
    body: [encodeWellFormedJson(body)],
    notes: notes.list(),
    answerIsRelayable: createAnswerTransform === undefined,
    createAnswerTransform,
  };
}

/** True when the model would not reason on this route, because the request has tools (protocol notes, section 3). */
function losesReasoning({ tools, reasoning }: ConversationRequest, model: string): boolean {
  if (tools.length === 0 || !/^gpt-5/i.test(model)) return false;
  return reasoning !== undefined && reasoning.mode !== 'off';
}

/**
 * The reasoning effort to send with tools. These models reason with tools only in the Responses API, so the vendor's
 * own proxy sends `none` as well.
 */
function effortWithTools(body: Readonly<Record<string, unknown>>, model: string): 'none' | undefined {
  if (body.tools === undefined || body.reasoning_effort === 'none' || !/^gpt-5\.\d/i.test(model)) return undefined;
  return 'none';
}

const cut: ReadonlySet<string> = new Set(['model', 'stream_options', 'prompt_cache_key']);

function relayRequest(original: OriginalBody, target: RouteTarget): EncodedRequest | undefined {
  const { bytes, members, shape } = original;
  const names = new Set(members.map((member) => member.rawKey));
  if (hasRefused(new Set([...names, 'stream_options', 'prompt_cache_key']), target.refusedMembers)) return undefined;
  if (!isPlainChatRequest(shape, names, routeTraits(target))) return undefined;
  if (shape.tools.length > 0 && /^gpt-5\.\d/i.test(target.model)) return undefined;
  const notes = new TranslationLog();
  const { request, createAnswerTransform } = adaptForOpenai(shape, { model: target.model, notes });
  if (fitToolDescriptions(request, notes) !== shape) return undefined;
  const { cacheKey } = withPromptCacheKey(shape, target.promptCaching);
  const own = JSON.stringify({
    model: target.model,
    ...withoutUndefined({ prompt_cache_key: cacheKey }),
    ...(shape.stream && { stream_options: { include_usage: true } }),
  });
  const [, ...pieces] = cutMembers(bytes, members, cut);
  const start = Buffer.from(pieces.length > 1 ? `${own.slice(0, -1)},` : own.slice(0, -1), 'utf8');
  return {
    path,
    body: joinSmall([start, ...pieces]),
    notes: [],
    answerIsRelayable: createAnswerTransform === undefined,
    createAnswerTransform,
  };
}
