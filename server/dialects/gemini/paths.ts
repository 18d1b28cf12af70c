import type { RequestHead } from '../dialect.ts';

const prefixes = ['/v1beta/models/', '/v1/models/'] as const;

/**
 * The model and the method that a path names. The model's id has colons of its own.
 *
 * @param path `/v1beta/models/{id}:{method}`, percent-decoded
 */
export function readModelPath(path: string): { readonly model: string; readonly method: string } {
  const name = readModelName(path);
  const colon = name.lastIndexOf(':');
  return colon === -1 ? { model: name, method: '' } : { model: name.slice(0, colon), method: name.slice(colon + 1) };
}

/** What stands behind `models/` in a path. */
export function readModelName(path: string): string {
  const prefix = prefixes.find((candidate) => path.startsWith(candidate));
  return prefix === undefined ? '' : path.slice(prefix.length);
}

/** True for a client that says its key as Google's clients do. */
export function hasGoogleKey({ headers, query }: RequestHead): boolean {
  return headers['x-goog-api-key'] !== undefined || query.has('key');
}
