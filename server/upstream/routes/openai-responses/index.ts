import { Buffer } from 'node:buffer';
import { withPromptCacheKey } from '../../../conversation/prompt-caching.ts';
import type { ConversationRequest, OriginalBody } from '../../../conversation/request.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import { adaptForOpenai } from '../../../dialects/openai/adapt-request.ts';
import {
  customToolsIn,
  refusesCustomTools,
  takesCustomTools,
  withOwnDescriptions,
} from '../../../dialects/openai/custom-tools.ts';
import { openaiTraitsOf } from '../../../dialects/openai/model-traits.ts';
import { vendorOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { ResponsesAnswerReader } from '../../../dialects/openai-responses/decode-answer.ts';
import { encodeResponsesRequest, minOutputTokens } from '../../../dialects/openai-responses/encode-request.ts';
import { responsesName } from '../../../dialects/openai-responses/name.ts';
import { hasRefusedItem, withoutRefusedItems } from '../../../dialects/openai-responses/own-item.ts';
import { parseExactJson } from '../../../lib/exact-json.ts';
import { isRecord, readArray } from '../../../lib/json.ts';
import { encodeWellFormedJson } from '../../../lib/well-formed-json.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { createAnswerDecoder } from '../../framing/decoder.ts';
import { newCallId } from '../new-call-id.ts';
import { withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from '../route.ts';

const path = '/rovodev/v2/proxy/ai/v1/openai/v1/responses';

/** OpenAI's native Responses API (protocol notes, section 3), where GPT models can reason with tools. */
export function createOpenaiResponsesRoute(newId: () => string = newCallId): UpstreamRoute {
  return {
    name: 'openai-responses',
    dialect: responsesName,
    relaysAnswers: true,
    servesModel: (model) => vendorOf(model) === 'openai',
    encodeRequest,
    relayRequest,
    createDecoder: (options) =>
      createAnswerDecoder({
        ...options,
        newId,
        createReader: (readerOptions) => new ResponsesAnswerReader(readerOptions),
      }),
  };
}

function encodeRequest(given: ConversationRequest, target: RouteTarget): EncodedRequest {
  const notes = new TranslationLog();
  const { model, refusedMembers } = target;
  const request = withoutRefusedItems(given, refusedMembers);
  const customTools = takesCustomTools(model, refusedMembers);
  const { request: adapted, createAnswerTransform } = adaptForOpenai(
    withPromptCacheKey(customTools ? withOwnDescriptions(request) : request, target.promptCaching),
    {
      model,
      notes,
    },
  );
  const whole = encodeResponsesRequest(adapted, { model, notes, customTools });
  const body = withoutMembers(whole, refusedMembers, notes);
  return {
    path,
    body: [encodeWellFormedJson(body)],
    notes: notes.list(),
    createAnswerTransform,
  };
}

/** Codex sends this to its own backend; other servers refuse it. */
const clientMetadata = 'client_metadata';

/**
 * Relays the client's members with this route's model id and `store: false`, without those that only Codex's own
 * backend accepts.
 */
function relayRequest({ bytes, shape }: OriginalBody, target: RouteTarget): EncodedRequest | undefined {
  const value = parseExactJson(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (!isRecord(value) || (shape.maxOutputTokens ?? minOutputTokens) < minOutputTokens) return undefined;
  if (hasRefusedItem(value.input, target.refusedMembers)) return undefined;
  if (withoutRefusedItems(shape, target.refusedMembers) !== shape) return undefined;
  if (refusesCustomTools(target.refusedMembers) && customToolsIn(shape.tools).size > 0) return undefined;
  if (adaptForOpenai(shape, { model: target.model, notes: new TranslationLog() }).request !== shape) return undefined;
  const notes = new TranslationLog();
  const wanted = openaiTraitsOf(target.model).reasons ? ['reasoning.encrypted_content'] : [];
  const include = [...new Set([...readArray(value.include), ...wanted])];
  const { prompt_cache_key: _client, ...members } = value;
  const { cacheKey } = withPromptCacheKey(shape, target.promptCaching);
  const whole = {
    ...members,
    model: target.model,
    store: false,
    ...(include.length > 0 && { include }),
    ...withoutUndefined({ prompt_cache_key: cacheKey }),
  };
  const body = withoutMembers(whole, new Set([clientMetadata, ...target.refusedMembers]), notes);
  return {
    path,
    body: [encodeWellFormedJson(body)],
    notes: notes.list(),
    answerIsRelayable: true,
  };
}
