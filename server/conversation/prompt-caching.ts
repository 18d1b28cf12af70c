import { hash } from 'node:crypto';
import type { ConversationRequest } from './request.ts';

/**
 * Who says what a vendor's prompt cache keeps of a request. `automatic`: the client, and the gateway where the client says
 * nothing. `client`: the client alone. `off`: nobody, and what the client says is taken off.
 */
export const promptCachings = ['automatic', 'client', 'off'] as const;
export type PromptCaching = (typeof promptCachings)[number];

/** Characters; OpenAI takes 64. */
const keyLength = 32;

/**
 * The request with the key under which OpenAI's cache finds the conversation again: the client's own, else one that is the
 * same for all its turns and tells nothing of them.
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
