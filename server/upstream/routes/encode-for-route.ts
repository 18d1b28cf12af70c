import type { ConversationRequest, OriginalBody, RequestForms } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import type { EncodedRequest, RouteTarget, UpstreamRoute } from './route.ts';

/**
 * Encodes a request for a route: the client's own bytes if the route can relay them, otherwise the neutral request.
 *
 * @throws Failure `invalid-request` naming the parameter that the route cannot carry
 */
export function encodeForRoute(route: UpstreamRoute, request: RequestForms, target: RouteTarget): EncodedRequest {
  return relayByRoute(route, request.original, target) ?? encodeByRoute(route, request.request(), target);
}

/** The client's own bytes with the route's edits; undefined if they cannot be relayed to this target. */
export function relayByRoute(
  route: UpstreamRoute,
  original: OriginalBody | undefined,
  target: RouteTarget,
): EncodedRequest | undefined {
  if (original?.dialect !== route.dialect) return undefined;
  if (exceedsOutputLimit(original.shape, target) && route.relayLowersLimit !== true) return undefined;
  return route.relayRequest?.(original, target);
}

/** Encodes the neutral request, with its limit on output tokens lowered to the model's. */
export function encodeByRoute(route: UpstreamRoute, request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const { maxOutputTokens: limit } = target;
  if (limit === null || !exceedsOutputLimit(request, target)) return route.encodeRequest(request, target);
  const notes = new TranslationLog();
  notes.changed('max_tokens', `This model's limit is ${limit} tokens.`);
  const encoded = route.encodeRequest({ ...request, maxOutputTokens: limit }, target);
  return { ...encoded, notes: [...notes.list(), ...encoded.notes] };
}

/** Agents send the same limit to every model, and vendors reject a limit above the model's. */
function exceedsOutputLimit({ maxOutputTokens = 0 }: ConversationRequest, { maxOutputTokens: limit }: RouteTarget) {
  return limit !== null && maxOutputTokens > limit;
}
