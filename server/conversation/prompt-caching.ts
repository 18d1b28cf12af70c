import { hash } from 'node:crypto';
import type { ConversationRequest } from './request.ts';

/**
 * Who controls a vendor's prompt cache. `automatic`: the client, or the gateway if the client's request says nothing
 * about caching. `client`: the client only. `off`: caching is off, and the client's cache settings are removed.
 */
export const promptCachings = ['automatic', 'client', 'off'] as const;
export type PromptCaching = (typeof promptCachings)[number];

/** In characters. OpenAI accepts 64. */
const keyLength = 32;

/**
 * Sets the key that routes the turns of a conversation to the same prompt cache at OpenAI: the client's own key, or a
 * hash that is the same for all turns and reveals nothing about them.
 */
export function withPromptCacheKey(
  request: ConversationRequest,
  caching: PromptCaching = 'client',
): ConversationRequest {
  const { cacheKey, ...keyless } = request;
  if (caching === 'off') return cacheKey === undefined ? request : keyless;
  if (caching === 'client' || cacheKey !== undefined || request.affinityKey === undefined) return request;
  return { ...request, cacheKey: hash('sha256', request.affinityKey, 'hex').slice(0, keyLength) };
}
