import type { Model } from '../../../contract/models.ts';

export type Endpoint = Model['endpoints'][number];

/** The list with one endpoint moved by so many places, as far as there are any. */
export function moveEndpoint(endpoints: readonly Endpoint[], index: number, by: number): Endpoint[] {
  const moved = [...endpoints];
  const [endpoint] = moved.splice(index, 1);
  if (endpoint !== undefined) moved.splice(Math.max(0, index + by), 0, endpoint);
  return moved;
}

export function changeEndpoint(endpoints: readonly Endpoint[], index: number, changes: Partial<Endpoint>): Endpoint[] {
  return endpoints.map((endpoint, at) => (at === index ? { ...endpoint, ...changes } : endpoint));
}

/** The list with one more at its end, on a route that has none yet where there is one. */
export function addEndpoint(
  endpoints: readonly Endpoint[],
  routes: readonly string[],
  upstreamModel: string,
): Endpoint[] {
  const route = routes.find((name) => !endpoints.some((endpoint) => endpoint.route === name)) ?? routes[0];
  return route === undefined ? [...endpoints] : [...endpoints, { route, upstreamModel, enabled: true }];
}
