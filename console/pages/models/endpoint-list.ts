import type { Model } from '../../../contract/models.ts';

export type Endpoint = Model['endpoints'][number];

/** Moves one endpoint by a number of positions, limited to the list. */
export function moveEndpoint(endpoints: readonly Endpoint[], index: number, by: number): Endpoint[] {
  const moved = [...endpoints];
  const [endpoint] = moved.splice(index, 1);
  if (endpoint !== undefined) moved.splice(Math.max(0, index + by), 0, endpoint);
  return moved;
}

export function changeEndpoint(endpoints: readonly Endpoint[], index: number, changes: Partial<Endpoint>): Endpoint[] {
  return endpoints.map((endpoint, at) => (at === index ? { ...endpoint, ...changes } : endpoint));
}

/** Appends an endpoint, on a route that is not in the list yet if possible. */
export function addEndpoint(
  endpoints: readonly Endpoint[],
  routes: readonly string[],
  upstreamModel: string,
): Endpoint[] {
  const route = routes.find((name) => !endpoints.some((endpoint) => endpoint.route === name)) ?? routes[0];
  return route === undefined ? [...endpoints] : [...endpoints, { route, upstreamModel, enabled: true }];
}
