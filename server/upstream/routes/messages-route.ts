import { randomBytes } from 'node:crypto';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { MessagesAnswerReader } from '../../dialects/anthropic-messages/decode-answer.ts';
import { encodeMessagesRequest } from '../../dialects/anthropic-messages/encode-request.ts';
import { anthropicMessages } from '../../dialects/anthropic-messages/name.ts';
import { relayBody } from '../../dialects/anthropic-messages/relay.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { encodeWellFormedJson } from '../../lib/well-formed-json.ts';
import { createAnswerDecoder } from '../framing/decoder.ts';
import { withoutMembers } from './refused-members.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from './route.ts';

/** The differences between Claude's native routes. */
export interface MessagesRouteOptions {
  readonly name: string;
  /** The value of `anthropic_version` in the body. */
  readonly version: string;
  /** The path of a request. @param model the id on this route */
  pathOf(model: string, stream: boolean): string;
  servesModel(upstreamModel: string): boolean;
  /** Makes the id of a tool call that came without one. */
  readonly newId?: () => string;
}

/** A route with the bodies of the Messages API, and the model and streaming mode in the path. */
export function createMessagesRoute(options: MessagesRouteOptions): UpstreamRoute {
  const { name, version, pathOf, servesModel, newId = newToolUseId } = options;

  /** @param write serializes the body */
  function encode(
    request: ConversationRequest,
    target: RouteTarget,
    write: (body: JsonRecord) => Uint8Array,
  ): EncodedRequest {
    const path = pathOf(target.model, request.stream);
    const notes = new TranslationLog();
    const { body, createAnswerTransform } = encodeMessagesRequest(request, { ...target, notes });
    const whole = withoutMembers({ anthropic_version: version, ...body }, target.refusedMembers, notes);
    return {
      path,
      body: [write(whole)],
      notes: notes.list(),
      answerIsRelayable: createAnswerTransform === undefined,
      createAnswerTransform,
    };
  }

  return {
    name,
    dialect: anthropicMessages,
    relaysAnswers: true,
    servesModel,
    encodeRequest: (request, target) => encode(request, target, encodeWellFormedJson),
    relayRequest: (original, target) => encode(original.shape, target, (body) => relayBody(original, body)),
    relayLowersLimit: true,
    createDecoder: (decoderOptions) =>
      createAnswerDecoder({
        ...decoderOptions,
        newId,
        createReader: (readerOptions) => new MessagesAnswerReader(readerOptions),
      }),
  };
}

function newToolUseId(): string {
  return `toolu_${randomBytes(12).toString('hex')}`;
}
