/** Headers that tell where a request came from. `host` is as given by the client or a trusted proxy. */
export interface RequestOrigin {
  readonly method: string;
  readonly host: string;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * False for a call that a page of another site made the browser send, with the admin's cookie.
 *
 * `Sec-Fetch-Site` takes precedence: pages cannot set it and proxies do not change it. Browsers omit it over plain
 * HTTP; then `Origin` must match the request's host or `PUBLIC_URL`. The scheme is not compared, because a proxy in
 * front may use HTTPS. A request with neither header is not from a browser.
 *
 * @param publicOrigin the origin of `PUBLIC_URL`
 */
export function isOwnOrigin({ method, host, origin, secFetchSite }: RequestOrigin, publicOrigin?: string): boolean {
  if (safeMethods.has(method)) return true;
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin';
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (from.host === '') return false;
  if (from.origin === publicOrigin) return true;
  // Parse both in the same way, so that an explicit default port is equal to none.
  const own = `${from.protocol}//${host}`;
  if (!URL.canParse(own)) return false;
  const { host: ownHost, hostname } = new URL(own);
  // Some proxies drop their port from the host (nginx: `proxy_set_header Host $host`).
  return ownHost === from.host || (!namesPort(host) && hostname === from.hostname);
}

const namesPort = (host: string) => /:\d+$/.test(host);
