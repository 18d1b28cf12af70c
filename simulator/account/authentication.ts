import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from '../answer/prompt.ts';

/** The caller. A bearer token is a separate credential with an empty email. */
export type Credential = { readonly email: string; readonly token: string };

export type Authentication =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly credential: Credential | null; readonly refusal: Refusal };

const unauthorized: Refusal = { status: 401, message: 'Unauthorized' };

/**
 * Reads `Authorization: Basic base64(email:token)` or `Bearer token`. `X-Atlassian-EncodedToken`, if present, must
 * agree with the former. Refuses tokens that begin with `invalid`, and, if there is a list of allowed credentials, all
 * others.
 */
export function authenticate(headers: IncomingHttpHeaders, allowed: readonly Credential[] | null): Authentication {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  const credential = scheme.toLowerCase() === 'bearer' ? { email: '', token: value } : decodeBasic(scheme, value);
  if (credential === null || credential.token === '') return { ok: false, credential: null, refusal: unauthorized };
  const encoded = headers['x-atlassian-encodedtoken'];
  const contradicts = encoded !== undefined && scheme.toLowerCase() === 'basic' && encoded !== value;
  const isListed =
    allowed === null || allowed.some(({ email, token }) => email === credential.email && token === credential.token);
  if (contradicts || credential.token.startsWith('invalid') || !isListed)
    return { ok: false, credential, refusal: unauthorized };
  return { ok: true, credential };
}

function decodeBasic(scheme: string, value: string): Credential | null {
  if (scheme.toLowerCase() !== 'basic') return null;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const email = decoded.slice(0, colon);
  return colon === -1 || !email.includes('@') ? null : { email, token: decoded.slice(colon + 1) };
}
