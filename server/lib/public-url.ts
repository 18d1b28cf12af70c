/** Where people and clients reach the gateway, when that is not where it listens: a proxy stands in between. */
export interface PublicUrl {
  /** `https://host:port`, without a default port. */
  readonly origin: string;
  /** `host:port`, without a default port. */
  readonly host: string;
  /** `/y/atlassian`, without a slash at its end; empty at the root. */
  readonly basePath: string;
  readonly isSecure: boolean;
}

/** @returns undefined for what cannot be used: another scheme, a user, a query, a fragment, or no URL at all */
export function readPublicUrl(text: string): PublicUrl | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, host, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  if (search + hash + username + password !== '') return undefined;
  if (!/^[\w.~/@:+-]*$/.test(pathname)) return undefined;
  const steps = pathname.split('/').filter((step) => step !== '');
  return { origin, host, basePath: steps.map((step) => `/${step}`).join(''), isSecure: protocol === 'https:' };
}
