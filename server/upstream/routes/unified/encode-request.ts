import { Buffer } from 'node:buffer';
import { joinTransforms } from '../../../conversation/answer-transform.ts';
import type { ConversationRequest, OriginalBody, Tool } from '../../../conversation/request.ts';
import { stopperFor } from '../../../conversation/stop-at-sequences.ts';
import { letterFirstRule } from '../../../conversation/tool-names.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import { adaptForClaude } from '../../../dialects/anthropic-messages/adapt-request.ts';
import { renameProperties } from '../../../dialects/anthropic-messages/property-names.ts';
import { type AdaptedRequest, adaptForOpenai, adaptTools } from '../../../dialects/openai/adapt-request.ts';
import {
  encodeChatRequest,
  fenceUnwrapperFor,
  isPlainChatRequest,
} from '../../../dialects/openai-chat/encode-request.ts';
import { fitToolDescriptions } from '../../../dialects/openai-chat/tool-descriptions.ts';
import { traitsOf, vendorOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { cutMembers } from '../../../lib/cut-members.ts';
import { inlineSchemaReferences } from '../../../lib/inline-schema-references.ts';
import { joinSmall } from '../../../lib/join-small.ts';
import { mapSame } from '../../../lib/map-same.ts';
import { encodeWellFormedJson } from '../../../lib/well-formed-json.ts';
import { hasRefused, withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget } from '../route.ts';

const path = '/rovodev/v2/proxy/ai/v2/beta/chat';

/** Encodes a request for the unified endpoint: an OpenAI chat payload without `model`, in the gateway's envelope. */
export function encodeUnifiedRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const traits = traitsOf(target.model);
  const notes = new TranslationLog();
  const adapted = adapt(request, target.model, notes);
  const payload = withoutMembers(encodeChatRequest(adapted.request, traits, notes), target.refusedMembers, notes);
  const createAnswerTransform = joinTransforms(adapted.createAnswerTransform, fenceUnwrapperFor(request, traits));
  return {
    path,
    body: [encodeWellFormedJson({ request_payload: payload, platform_attributes: { model: target.model } })],
    notes: notes.list(),
    createAnswerTransform,
  };
}

function adapt(request: ConversationRequest, model: string, notes: TranslationLog): AdaptedRequest {
  const tools = mapSame(request.tools, (tool, index) => withoutReferences(tool, `tools[${index}]`, notes));
  const given = tools === request.tools ? request : { ...request, tools };
  const vendor = vendorOf(model);
  if (vendor === 'openai') {
    const adapted = adaptForOpenai(given, { model, notes });
    return { ...adapted, request: fitToolDescriptions(adapted.request, notes) };
  }
  const isClaude = vendor === 'anthropic';
  const { request: renamed, createAnswerTransform: restoreProperties } = isClaude
    ? renameProperties(given)
    : { request: given, createAnswerTransform: undefined };
  const adapted = adaptTools(renamed, notes, vendor === 'google' ? letterFirstRule : undefined);
  if (!isClaude) return adapted;
  const forClaude = adaptForClaude(adapted.request, notes);
  return {
    request: forClaude,
    createAnswerTransform: joinTransforms(
      stopperFor(request.stop, forClaude.stop),
      adapted.createAnswerTransform,
      restoreProperties,
    ),
  };
}

/** The endpoint refuses tools with `$ref` or `$schema`. */
function withoutReferences(tool: Tool, path: string, notes: TranslationLog): Tool {
  if (tool.type !== 'function' || tool.parameters === undefined) return tool;
  const { schema, unresolved } = inlineSchemaReferences(tool.parameters, notes.inlining);
  if (unresolved.length > 0) notes.changed(`${path}.parameters`, 'A $ref that cannot be resolved allows any value.');
  return schema === tool.parameters ? tool : { ...tool, parameters: schema };
}

/** Wraps the client's own bytes in the envelope, when they are OpenAI chat and the model needs no changes to them. */
export function relayUnifiedRequest(original: OriginalBody, target: RouteTarget): EncodedRequest | undefined {
  const { bytes, members, shape } = original;
  const names = new Set(members.map((member) => member.rawKey));
  if (hasRefused(names, target.refusedMembers)) return undefined;
  if (!isPlainChatRequest(shape, names, traitsOf(target.model))) return undefined;
  const { request, createAnswerTransform } = adapt(shape, target.model, new TranslationLog());
  if (request !== shape) return undefined;
  const pieces = [envelopeStart, ...cutMembers(bytes, members, model), encodeEnvelopeEnd(target.model)];
  return {
    path,
    body: joinSmall(pieces),
    notes: [],
    createAnswerTransform,
  };
}

const model: ReadonlySet<string> = new Set(['model']);
const envelopeStart = Buffer.from('{"request_payload":', 'utf8');

function encodeEnvelopeEnd(upstreamModel: string): Uint8Array {
  return Buffer.from(`,"platform_attributes":{"model":${JSON.stringify(upstreamModel)}}}`, 'utf8');
}
