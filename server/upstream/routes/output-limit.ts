import type { ConversationRequest } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { RouteTarget } from './route.ts';

/**
 * Lowers a limit on output tokens that exceeds the model's own, for vendors refuse it. Agents send the same limit to every
 * model.
 *
 * @returns the same request if its limit is within the model's, or the model's is unknown
 */
export function withinOutputLimit(
  request: ConversationRequest,
  { maxOutputTokens: limit }: Pick<RouteTarget, 'maxOutputTokens'>,
  notes: TranslationLog,
): ConversationRequest {
  if (limit === null || !exceedsOutputLimit(request, { maxOutputTokens: limit })) return request;
  notes.changed('max_tokens', `This model's limit is ${limit} tokens.`);
  return { ...request, maxOutputTokens: limit };
}

/** True if the request's limit on output tokens exceeds the model's. */
export function exceedsOutputLimit(
  { maxOutputTokens }: ConversationRequest,
  { maxOutputTokens: limit }: Pick<RouteTarget, 'maxOutputTokens'>,
): boolean {
  return limit !== null && (maxOutputTokens ?? 0) > limit;
}
