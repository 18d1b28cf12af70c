import { describe, expect, test } from 'vitest';
import { fromByteString } from '../../lib/byte-string.ts';
import type { Endpoint, RequestHead } from '../dialect.ts';
import { gemini } from './index.ts';
import { headOf } from './testing/decode-body.ts';

const key = { 'x-goog-api-key': 'k' };

function findEndpoint(head: RequestHead): Endpoint | undefined {
  return gemini.endpoints.find(({ method, path, accepts }) => {
    const fits = path.endsWith('*') ? head.path.startsWith(path.slice(0, -1)) : head.path === path;
    return fits && method === head.method && (accepts?.(head) ?? true);
  });
}

describe('endpoints', () => {
  test.each([
    ['POST', '/v1beta/models/m:generateContent', 'answer'],
    ['POST', '/v1/models/anthropic:m@1:streamGenerateContent?alt=sse', 'answer'],
    ['POST', '/v1beta/models/m:countTokens', 'count-tokens'],
    ['POST', '/v1beta/models/m:embedContent', undefined],
    ['POST', '/v1/models/m', undefined],
    ['GET', '/v1beta/models', 'list-models'],
    ['GET', '/v1beta/models/google:m', 'show-model'],
  ])('%s %s', (method, url, does) => {
    expect(findEndpoint(headOf(url, {}, method))?.does).toBe(does);
  });

  test('models under /v1 only with a key in Google’s format', () => {
    expect(findEndpoint(headOf('/v1/models', {}, 'GET'))).toBeUndefined();
    expect(findEndpoint(headOf('/v1/models', key, 'GET'))?.does).toBe('list-models');
    expect(findEndpoint(headOf('/v1/models/m?key=k', {}, 'GET'))?.does).toBe('show-model');
  });

  test('the name of a model is decoded', () => {
    const head = headOf('/v1beta/models/bedrock:anthropic.m-v1:0', {}, 'GET');
    const endpoint = findEndpoint(head);
    expect(endpoint?.does === 'show-model' && endpoint.readName(head)).toBe('bedrock:anthropic.m-v1:0');
  });

  test('a count', () => {
    const endpoint = findEndpoint(headOf('/v1beta/models/m:countTokens'));
    expect(endpoint?.does === 'count-tokens' && fromByteString(endpoint.encodeCount(7))).toBe('{"totalTokens":7}');
  });
});

describe('keys', () => {
  test.each([
    ['/v1beta/models', key, ['k']],
    ['/v1beta/models?key=q', {}, ['q']],
    ['/v1beta/models?key=q', key, ['k', 'q']],
    ['/v1beta/models', { ...key, authorization: 'Bearer b' }, ['k', 'b']],
    ['/v1beta/models', { authorization: 'Basic b' }, []],
    ['/v1beta/models?key=', {}, []],
    ['/v1beta/models', { 'x-goog-api-key': '' }, []],
  ])('%s %j', (url, headers, expected) => {
    expect(gemini.readKeys(headOf(url, headers))).toEqual(expected);
  });
});

describe('requests that use the format of errors', () => {
  test.each([
    ['/v1beta/files', {}, true],
    ['/v1/models/m:batchEmbedContents', {}, true],
    ['/v1/files', key, true],
    ['/v1/chat/completions', {}, false],
    ['/v1/models', {}, false],
  ])('%s %j: %s', (url, headers, expected) => {
    expect(gemini.recognises(headOf(url, headers))).toBe(expected);
  });
});
