import { encodeJson } from '../../lib/byte-string.ts';
import type { Dialect, RequestHead } from '../dialect.ts';
import { decodeCountRequest, decodeRequest } from './decode-request.ts';
import { encodeFailure, encodeRequestId } from './encode-failure.ts';
import { encodeLimits } from './limit-headers.ts';
import { encodeModel, encodeModels } from './models.ts';
import { anthropicMessages as name } from './name.ts';

/** Anthropic's Messages API, with its count of tokens and its list of models. */
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
  readKey,
  encodeFailure,
  encodeRequestId,
  encodeLimits: (limits) => encodeLimits(limits),
};

export { messagesShapes } from './shapes.ts';

/** Every client of the API says which version of it, and no other client does. */
function hasVersion({ headers }: RequestHead): boolean {
  return headers['anthropic-version'] !== undefined;
}

/** The SDK sends a Bearer token for either kind of key since its version 1, others `x-api-key`. */
function readKey({ headers }: RequestHead): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own.trim() !== '') return own.trim();
  return /^bearer[ \t]+(\S+)[ \t]*$/i.exec(headers.authorization ?? '')?.[1];
}

/** Ids hold `:`, `@` and, custom ones, `/`. */
function readName({ path }: RequestHead): string {
  return path.slice('/v1/models/'.length);
}
