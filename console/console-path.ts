/** What the page itself was built for. */
const builtPath = '/admin/';

/**
 * The console's own address on this host, `/admin/`. Behind a proxy that serves it below a base path, more stands before it: the
 * gateway writes it into the page.
 */
export const consolePath = readConsolePath();

function readConsolePath(): string {
  if (typeof document === 'undefined') return builtPath;
  return document.querySelector<HTMLMetaElement>('meta[name=console-path]')?.content ?? builtPath;
}

/** An address below the gateway's own root, `/admin/api/…` or `/v1/…`, as this host has it. */
export function toOwnPath(path: string): string {
  return consolePath.slice(0, -builtPath.length) + path;
}
