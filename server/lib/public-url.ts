/** The URL at which people and clients reach the gateway through a proxy, if it differs from the listening address. */
export interface PublicUrl {
  /** `https://host:port`, without a default port. */
  readonly origin: string;
  /** `host:port`, without a default port. */
  readonly host: string;
  /** Like `/y/atlassian`, without a trailing slash. Empty at the root. */
  readonly basePath: string;
  readonly isSecure: boolean;
}

/** @returns undefined if the URL is invalid, has another scheme, or has a user, query or fragment */
export function readPublicUrl(text: string): PublicUrl | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, host, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  if (search + hash + username + password !== '') return undefined;
  if (!/^[\w.~/@:+-]*$/.test(pathname)) return undefined;
  const steps = pathname.split('/').filter((step) => step !== '');
  return { origin, host, basePath: steps.map((step) => `/${step}`).join(''), isSecure: protocol === 'https:' };
}
