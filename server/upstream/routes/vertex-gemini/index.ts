import type { ConversationRequest, OriginalBody } from '../../../conversation/request.ts';
import { TranslationLog } from '../../../conversation/translation.ts';
import { GeminiAnswerReader } from '../../../dialects/gemini/decode-answer.ts';
import { encodeGeminiRequest, isPlainGeminiRequest } from '../../../dialects/gemini/encode-request.ts';
import { geminiName } from '../../../dialects/gemini/name.ts';
import { cutMembers } from '../../../lib/cut-members.ts';
import { joinSmall } from '../../../lib/join-small.ts';
import { encodeWellFormedJson } from '../../../lib/well-formed-json.ts';
import { createAnswerDecoder } from '../../framing/decoder.ts';
import { newCallId } from '../new-call-id.ts';
import { toPathSegment } from '../path-segment.ts';
import { hasRefused, withoutMembers } from '../refused-members.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from '../route.ts';

const models = '/rovodev/v2/proxy/ai/v1/google/v1/publishers/google/models';

/**
 * Gemini in Google Vertex's format (protocol notes, section 3), with the model and method in the path. Streams are
 * server-sent events when requested as such, otherwise a JSON array; both are decoded.
 *
 * @param newId makes the id of a tool call that came without one
 */
export function createVertexGeminiRoute(newId: () => string = newCallId): UpstreamRoute {
  return {
    name: 'vertex-gemini',
    dialect: geminiName,
    relaysAnswers: true,
    servesModel: (model) => model.startsWith('gemini-'),
    mayStopEmpty: () => true,
    encodeRequest,
    relayRequest,
    createDecoder: (options) =>
      createAnswerDecoder({
        ...options,
        newId,
        createReader: (readerOptions) => new GeminiAnswerReader(readerOptions),
      }),
  };
}

function encodeRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const notes = new TranslationLog();
  const path = pathOf(target.model, request.stream);
  const { body, createAnswerTransform } = encodeGeminiRequest(request, { ...target, notes });
  return {
    path,
    body: [encodeWellFormedJson(withoutMembers(body, target.refusedMembers, notes))],
    notes: notes.list(),
    answerIsRelayable: createAnswerTransform === undefined,
    createAnswerTransform,
  };
}

/** The path carries the model, so it must not be in the body, although some clients send it. */
const cut: ReadonlySet<string> = new Set(['model']);

function relayRequest({ bytes, members, shape }: OriginalBody, target: RouteTarget): EncodedRequest | undefined {
  const names = new Set(members.map(({ rawKey }) => rawKey));
  if (hasRefused(names, target.refusedMembers) || !isPlainGeminiRequest(shape, target.model)) return undefined;
  const path = pathOf(target.model, shape.stream);
  return { path, body: joinSmall(cutMembers(bytes, members, cut)), notes: [], answerIsRelayable: true };
}

function pathOf(model: string, stream: boolean): string {
  return `${models}/${toPathSegment(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
}
