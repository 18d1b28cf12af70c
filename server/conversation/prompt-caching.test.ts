import { expect, test } from 'vitest';
import { withPromptCacheKey } from './prompt-caching.ts';
import type { ConversationRequest } from './request.ts';

const request: ConversationRequest = { model: 'm', stream: false, messages: [], tools: [], choiceCount: 1 };
const keyed = { ...request, affinityKey: 'a conversation' };

test('a request without a key of its own gets one that is the same for the conversation', () => {
  const { cacheKey } = withPromptCacheKey(keyed, 'automatic');
  expect(cacheKey).toMatch(/^[0-9a-f]{32}$/);
  expect(withPromptCacheKey({ ...keyed, messages: [] }, 'automatic').cacheKey).toBe(cacheKey);
  expect(withPromptCacheKey({ ...keyed, affinityKey: 'another' }, 'automatic').cacheKey).not.toBe(cacheKey);
  expect(withPromptCacheKey(request, 'automatic')).toBe(request);
});

test("the client's own key stays, unless the cache is off", () => {
  const own = { ...keyed, cacheKey: 'mine' };
  expect(withPromptCacheKey(own, 'automatic')).toBe(own);
  expect(withPromptCacheKey(own)).toBe(own);
  expect(withPromptCacheKey(own, 'off')).toEqual(keyed);
  expect(withPromptCacheKey(keyed)).toBe(keyed);
  expect(withPromptCacheKey(keyed, 'off')).toBe(keyed);
});
