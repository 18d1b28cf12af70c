import { createLossReader } from '../answer-loss.ts';
import type { Dialect, RequestHead, ShapeReader } from '../dialect.ts';
import { readNamedModel } from '../named-model.ts';
import { annotationsName } from '../openai/annotations.ts';
import { decodeEitherShape, type OpenaiShape } from '../openai/either-shape.ts';
import { encodeLimits } from '../openai/limit-headers.ts';
import { readKeys } from '../openai/read-keys.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeFailure } from './encode-failure.ts';
import { encodeModel, encodeModels } from './models.ts';
import { chatName } from './name.ts';
import { createChatShape, decodeInputShape } from './shape.ts';

/**
 * OpenAI's Chat Completions API and its list of models.
 *
 * @param foreign readers for parts in other dialects' formats
 * @param responses decodes requests in the shape of the Responses API
 */
export function createOpenaiChat(foreign: readonly ShapeReader[], responses: OpenaiShape): Dialect {
  return {
    name: chatName,
    endpoints: [
      {
        method: 'POST',
        path: '/v1/chat/completions',
        does: 'answer',
        decodeRequest: decodeEitherShape({
          own: createChatShape(foreign),
          other: responses,
          decodeOwn: (body, head) => decodeRequest(body, foreign, () => readNamedModel(head)),
          decodeOther: decodeInputShape,
        }),
      },
      { method: 'GET', path: '/v1/models', does: 'list-models', encodeModels },
      { method: 'GET', path: '/v1/models/*', does: 'show-model', readName, encodeModel },
    ],
    answerPath: () => '/chat/completions',
    recognises: ({ path }) => path.startsWith('/v1/chat/'),
    readKeys,
    lossOf: createLossReader({ own: [chatName, annotationsName], lacks: ['vendor'] }),
    encodeFailure,
    encodeLimits,
  };
}

/** Ids may contain `:` and `@`; custom ones may contain `/`. */
function readName({ path }: RequestHead): string {
  return path.slice('/v1/models/'.length);
}
