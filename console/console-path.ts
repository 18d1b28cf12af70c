/** The path that the console was built for. */
const builtPath = '/admin/';

/**
 * The console's path on this host, `/admin/`. Behind a proxy with a base path, the path is longer; the
 * gateway inserts it into the page.
 */
export const consolePath = readConsolePath();

function readConsolePath(): string {
  if (typeof document === 'undefined') return builtPath;
  return document.querySelector<HTMLMetaElement>('meta[name=console-path]')?.content ?? builtPath;
}

/** Adds the base path to a gateway path such as `/admin/api/…` or `/v1/…`. */
export function toOwnPath(path: string): string {
  return consolePath.slice(0, -builtPath.length) + path;
}
