import { Buffer } from 'node:buffer';
import type { ConversationRequest, OriginalBody } from '../../../conversation/request.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import {
  answerUnwrapperFor,
  encodeChatRequest,
  isPlainChatRequest,
} from '../../../dialects/openai-chat/encode-request.ts';
import { traitsOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { cutMembers } from '../../../lib/cut-members.ts';
import { joinSmall } from '../../../lib/join-small.ts';
import { withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget } from '../route.ts';

const path = '/rovodev/v2/proxy/ai/v2/beta/chat';

/** A request for the unified endpoint: OpenAI's chat payload without its `model` inside the gateway's envelope. */
export function encodeUnifiedRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const traits = traitsOf(target.model);
  const notes = new TranslationLog();
  const payload = withoutMembers(encodeChatRequest(request, traits, notes), target.refusedMembers, notes);
  const body = `{"request_payload":${JSON.stringify(payload)},"platform_attributes":{"model":${JSON.stringify(target.model)}}}`;
  const createAnswerTransform = answerUnwrapperFor(request, traits);
  return {
    path,
    body: [Buffer.from(body, 'utf8')],
    notes: notes.list(),
    ...(createAnswerTransform !== undefined && { createAnswerTransform }),
  };
}

/** The client's own bytes in the envelope, when it spoke OpenAI's dialect and the model's vendor needs no change to them. */
export function relayUnifiedRequest(original: OriginalBody, target: RouteTarget): EncodedRequest | undefined {
  const { bytes, members, shape } = original;
  const names = new Set(members.map((member) => member.rawKey));
  if (target.refusedMembers.size > 0 || !isPlainChatRequest(shape, names, traitsOf(target.model))) return undefined;
  const pieces = [envelopeStart, ...cutMembers(bytes, members, model), encodeEnvelopeEnd(target.model)];
  return { path, body: joinSmall(pieces), notes: [] };
}

const model: ReadonlySet<string> = new Set(['model']);
const envelopeStart = Buffer.from('{"request_payload":', 'utf8');

function encodeEnvelopeEnd(upstreamModel: string): Uint8Array {
  return Buffer.from(`,"platform_attributes":{"model":${JSON.stringify(upstreamModel)}}}`, 'utf8');
}
