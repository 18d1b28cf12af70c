import { encodeJson } from '../../lib/byte-string.ts';
import { createLossReader } from '../answer-loss.ts';
import { readBearer } from '../bearer-token.ts';
import type { Dialect, RequestHead } from '../dialect.ts';
import { decodeCountRequest, decodeRequest } from './decode-request.ts';
import { encodeFailure, encodeRequestId } from './encode-failure.ts';
import { encodeLimits } from './limit-headers.ts';
import { encodeModel, encodeModels } from './models.ts';
import { anthropicMessages as name } from './name.ts';

/** Anthropic's Messages API, including its token counting and its list of models. */
export const anthropicMessages: Dialect = {
  name,
  endpoints: [
    { method: 'POST', path: '/v1/messages', does: 'answer', decodeRequest },
    {
      method: 'POST',
      path: '/v1/messages/count_tokens',
      does: 'count-tokens',
      decodeRequest: decodeCountRequest,
      encodeCount: (inputTokens) => encodeJson({ input_tokens: inputTokens }),
    },
    { method: 'GET', path: '/v1/models', does: 'list-models', accepts: hasVersion, encodeModels },
    { method: 'GET', path: '/v1/models/*', does: 'show-model', accepts: hasVersion, readName, encodeModel },
  ],
  answerPath: () => '/messages',
  recognises: (head) => hasVersion(head) || head.path === '/v1/messages' || head.path.startsWith('/v1/messages/'),
  readKeys,
  lossOf: createLossReader({ own: [name], lacks: ['image'] }),
  encodeFailure,
  encodeRequestId,
  encodeLimits: (limits) => encodeLimits(limits),
};

export { messagesShapes } from './shapes.ts';

/** All clients of the API send its version, and other clients do not. */
function hasVersion({ headers }: RequestHead): boolean {
  return headers['anthropic-version'] !== undefined;
}

/** Since version 1, the SDK sends every key as a Bearer token. Other clients send `x-api-key`. */
function readKeys({ headers }: RequestHead): readonly string[] {
  const own = headers['x-api-key'];
  return [...(typeof own === 'string' && own.trim() !== '' ? [own.trim()] : []), ...readBearer(headers)];
}

/** Ids may contain `:` and `@`; custom ones may contain `/`. */
function readName({ path }: RequestHead): string {
  return path.slice('/v1/models/'.length);
}
