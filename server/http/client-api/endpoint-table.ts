import type { Dialect, Endpoint, RequestHead } from '../../dialects/dialect.ts';

/** An endpoint and whose it is. */
export interface OwnedEndpoint {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
}

/** One method and path, and the endpoints that share it, in the order of their dialects. */
export interface EndpointGroup {
  readonly method: Endpoint['method'];
  readonly path: string;
  readonly owners: readonly OwnedEndpoint[];
}

/** The route table that the dialects' endpoints add up to. */
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
 * Whose a request is: the first that says so by itself, else the first that takes any.
 *
 * @returns undefined when none accepts the head
 */
export function chooseEndpoint(group: EndpointGroup, head: RequestHead): OwnedEndpoint | undefined {
  const particular = group.owners.find(({ endpoint }) => endpoint.accepts?.(head) === true);
  return particular ?? group.owners.find(({ endpoint }) => endpoint.accepts === undefined);
}
