import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { requireAnthropicSchema } from '../../../test/schemas/anthropic.ts';
import { anthropicMessages } from './index.ts';
import { encodeLimits } from './limit-headers.ts';
import { headOf } from './testing/requests.ts';

test.each<[IncomingHttpHeaders, readonly string[]]>([
  [{ 'x-api-key': 'key' }, ['key']],
  [{ authorization: 'Bearer key' }, ['key']],
  [{ 'x-api-key': 'key', authorization: 'Bearer other' }, ['key', 'other']],
  [{ 'x-api-key': ' ', authorization: 'bearer key' }, ['key']],
  [{ authorization: 'Basic key' }, []],
  [{}, []],
])('the key in %j', (headers, keys) => {
  expect(anthropicMessages.readKeys(headOf('/v1/messages', headers))).toEqual(keys);
});

test.each<[string, IncomingHttpHeaders, boolean]>([
  ['/v1/messages', {}, true],
  ['/v1/messages/batches', {}, true],
  ['/v1/files', { 'anthropic-version': '2023-06-01' }, true],
  ['/v1/models', {}, false],
  ['/v1/chat/completions', {}, false],
])('%s with %j is this dialect: %s', (path, headers, expected) => {
  expect(anthropicMessages.recognises(headOf(path, headers))).toBe(expected);
});

test('only clients that send a version get the list of models', () => {
  const lists = anthropicMessages.endpoints.filter((endpoint) => endpoint.path.startsWith('/v1/models'));
  expect(lists).toHaveLength(2);
  for (const endpoint of lists) {
    expect(endpoint.accepts?.(headOf('/v1/models'))).toBe(false);
    expect(endpoint.accepts?.(headOf('/v1/models', { 'anthropic-version': 'x' }))).toBe(true);
    if (endpoint.does === 'show-model') expect(endpoint.readName(headOf('/v1/models/a:b/c@1'))).toBe('a:b/c@1');
  }
});

test('a count', () => {
  const endpoint = anthropicMessages.endpoints.find(({ does }) => does === 'count-tokens');
  if (endpoint?.does !== 'count-tokens') throw new Error('no endpoint counts');
  requireAnthropicSchema('CountTokensResponse', JSON.parse(endpoint.encodeCount(7)));
});

test('limits', () => {
  const requests = { limit: 60, remaining: 3, resetMilliseconds: 1500 };
  expect(encodeLimits({ requests }, 0)).toEqual({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '3',
    'anthropic-ratelimit-requests-reset': '1970-01-01T00:00:01.500Z',
  });
});
