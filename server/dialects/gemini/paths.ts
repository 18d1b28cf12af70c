import type { RequestHead } from '../dialect.ts';

const prefixes = ['/v1beta/models/', '/v1/models/', '/v1alpha/models/'] as const;

/**
 * Reads the model and the method from a path. The model's id may contain colons as well.
 *
 * @param path `/v1beta/models/{id}:{method}`, percent-decoded
 */
export function readModelPath(path: string): { readonly model: string; readonly method: string } {
  const name = readModelName(path);
  const colon = name.lastIndexOf(':');
  return colon === -1 ? { model: name, method: '' } : { model: name.slice(0, colon), method: name.slice(colon + 1) };
}

/** Returns everything after `models/` in a path. */
export function readModelName(path: string): string {
  const prefix = prefixes.find((candidate) => path.startsWith(candidate));
  return prefix === undefined ? '' : path.slice(prefix.length);
}

/** True if the request has a key where Google's clients put it. */
export function hasGoogleKey({ headers, query }: RequestHead): boolean {
  return headers['x-goog-api-key'] !== undefined || query.has('key');
}
