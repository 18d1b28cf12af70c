import { encodeJson } from '../../lib/byte-string.ts';
import { createLossReader } from '../answer-loss.ts';
import type { Dialect } from '../dialect.ts';
import { annotationsName } from '../openai/annotations.ts';
import { decodeEitherShape, type OpenaiShape } from '../openai/either-shape.ts';
import { encodeLimits } from '../openai/limit-headers.ts';
import { readKeys } from '../openai/read-keys.ts';
import { decodeCompactRequest, decodeCountRequest, decodeRequest, readReferences } from './decode-request.ts';
import { encodeFailure } from './encode-failure.ts';
import { keptEndpoints } from './kept-endpoints.ts';
import { encodeCodexModels, isCodex } from './models.ts';
import { responsesName } from './name.ts';
import { decodeMessagesShape, responsesShape } from './shape.ts';

/**
 * OpenAI's Responses API.
 *
 * @param chat decodes requests in the shape of Chat Completions
 */
export const createOpenaiResponses = (chat: OpenaiShape): Dialect => ({
  name: responsesName,
  endpoints: [
    {
      method: 'POST',
      path: '/v1/responses',
      does: 'answer',
      readReferences,
      decodeRequest: decodeEitherShape({
        own: responsesShape,
        other: chat,
        decodeOwn: decodeRequest,
        decodeOther: decodeMessagesShape,
      }),
    },
    {
      method: 'POST',
      path: '/v1/responses/compact',
      does: 'answer',
      readReferences,
      decodeRequest: decodeCompactRequest,
    },
    {
      method: 'POST',
      path: '/v1/responses/input_tokens',
      does: 'count-tokens',
      readReferences,
      decodeRequest: decodeCountRequest,
      encodeCount: (inputTokens) => encodeJson({ object: 'response.input_tokens', input_tokens: inputTokens }),
    },
    ...keptEndpoints,
    { method: 'GET', path: '/v1/models', does: 'list-models', accepts: isCodex, encodeModels: encodeCodexModels },
  ],
  answerPath: () => '/responses',
  recognises: ({ path }) => path === '/v1/responses' || path.startsWith('/v1/responses/'),
  readKeys,
  lossOf: createLossReader({ own: [responsesName, annotationsName] }),
  encodeFailure,
  encodeLimits,
});
