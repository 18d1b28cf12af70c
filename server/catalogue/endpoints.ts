/** One way to a model: an upstream route, and the id by which that route knows the model. */
export interface Endpoint {
  readonly route: string;
  readonly upstreamModel: string;
}

/**
 * Endpoints in the order in which a request should try them: those that speak the client's dialect first, for its bytes
 * then pass as they are; otherwise in the model's own order.
 *
 * @param speaksClientsDialect of a route's name
 */
export function orderEndpoints(
  endpoints: readonly Endpoint[],
  speaksClientsDialect: (route: string) => boolean,
): readonly Endpoint[] {
  if (endpoints.length < 2) return endpoints;
  const native = endpoints.filter(({ route }) => speaksClientsDialect(route));
  if (native.length === 0 || native.length === endpoints.length) return endpoints;
  return [...native, ...endpoints.filter(({ route }) => !speaksClientsDialect(route))];
}
