import { encodeJson } from '../../lib/byte-string.ts';
import { createLossReader } from '../answer-loss.ts';
import { readBearer } from '../bearer-token.ts';
import type { Dialect, Endpoint, RequestHead } from '../dialect.ts';
import { decodeCountRequest, decodeRequest } from './decode-request.ts';
import { encodeFailure } from './encode-failure.ts';
import { encodeModel, encodeModels } from './models.ts';
import { geminiName } from './name.ts';
import { hasGoogleKey, readModelName, readModelPath } from './paths.ts';

/** Google's Gemini API (https://ai.google.dev/api), in the versions that its clients use. */
export const gemini: Dialect = {
  name: geminiName,
  endpoints: [...endpointsBelow('/v1beta'), ...endpointsBelow('/v1'), ...endpointsBelow('/v1alpha')],
  answerPath: ({ model, stream }) =>
    `/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  recognises: (head) => /^\/v1(?:alpha|beta)\//.test(head.path) || hasGoogleKey(head) || isMethodPath(head),
  readKeys,
  lossOf: createLossReader({ own: [geminiName] }),
  encodeFailure,
  // The API has no headers for limits.
  encodeLimits: () => ({}),
};

function endpointsBelow(version: '/v1beta' | '/v1' | '/v1alpha'): readonly Endpoint[] {
  const models = `${version}/models`;
  // The other dialects also list their models under /v1.
  const accepts = version === '/v1' ? { accepts: hasGoogleKey } : {};
  return [
    { method: 'POST', path: `${models}/*`, accepts: isGenerating, does: 'answer', decodeRequest },
    {
      method: 'POST',
      path: `${models}/*`,
      accepts: ({ path }) => readModelPath(path).method === 'countTokens',
      does: 'count-tokens',
      decodeRequest: decodeCountRequest,
      encodeCount: (totalTokens) => encodeJson({ totalTokens }),
    },
    { method: 'GET', path: models, ...accepts, does: 'list-models', encodeModels },
    {
      method: 'GET',
      path: `${models}/*`,
      ...accepts,
      does: 'show-model',
      readName: ({ path }) => readModelName(path),
      encodeModel,
    },
  ];
}

const generatingMethods: ReadonlySet<string> = new Set(['generateContent', 'streamGenerateContent']);

function isGenerating({ path }: RequestHead): boolean {
  return generatingMethods.has(readModelPath(path).method);
}

const methodPath = /^\/v1\/models\/.+:(?:(?:streamG|g)enerateContent|countTokens|(?:e|batchE)mbedContents?)$/;

function isMethodPath({ path }: RequestHead): boolean {
  return methodPath.test(path);
}

function readKeys({ headers, query }: RequestHead): readonly string[] {
  const own = [headers['x-goog-api-key'], query.get('key')];
  return [...own.flatMap((key) => (typeof key === 'string' && key !== '' ? [key] : [])), ...readBearer(headers)];
}
