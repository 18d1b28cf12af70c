import type { Dialect, Endpoint, RequestHead } from '../../dialects/dialect.ts';

/** An endpoint and the dialect that defines it. */
export interface OwnedEndpoint {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
}

/** One method and path, with all endpoints that share it, in the order of the dialects. */
export interface EndpointGroup {
  readonly method: Endpoint['method'];
  readonly path: string;
  readonly owners: readonly OwnedEndpoint[];
}

/** Builds the route table from the endpoints of all dialects. */
export function groupEndpoints(dialects: readonly Dialect[]): readonly EndpointGroup[] {
  const groups = new Map<string, { method: Endpoint['method']; path: string; owners: OwnedEndpoint[] }>();
  for (const dialect of dialects) {
    for (const endpoint of dialect.endpoints) {
      const { method, path } = endpoint;
      const key = `${method} ${path}`;
      const group = groups.get(key) ?? { method, path, owners: [] };
      groups.set(key, group);
      group.owners.push({ dialect, endpoint });
    }
  }
  return [...groups.values()];
}

/**
 * Chooses the endpoint for a request: the first whose `accepts` matches, else the first without `accepts`.
 *
 * @returns undefined if no endpoint accepts the request
 */
export function chooseEndpoint(group: EndpointGroup, head: RequestHead): OwnedEndpoint | undefined {
  const particular = group.owners.find(({ endpoint }) => endpoint.accepts?.(head) === true);
  return particular ?? group.owners.find(({ endpoint }) => endpoint.accepts === undefined);
}
