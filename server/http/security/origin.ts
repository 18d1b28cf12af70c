/** The headers that say where a request came from; the host as the client or a trusted proxy names it. */
export interface RequestOrigin {
  readonly method: string;
  readonly host: string;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * False for a call that another site's page makes a browser send, which would come with the admin's cookie.
 *
 * A browser's `Sec-Fetch-Site` is believed first, since no page can set it and no proxy changes it; browsers leave it out
 * over plain HTTP, so that `Origin` must then name this host, or `PUBLIC_URL`. (The scheme is not compared: a proxy in front may
 * speak HTTPS.) Neither header: not a browser.
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
  // Read alike, so that a default port may be written or not.
  const own = `${from.protocol}//${host}`;
  if (!URL.canParse(own)) return false;
  const { host: ownHost, hostname } = new URL(own);
  // Proxies on another port pass on the host without it (nginx: `proxy_set_header Host $host`).
  return ownHost === from.host || (!namesPort(host) && hostname === from.hostname);
}

const namesPort = (host: string) => /:\d+$/.test(host);
