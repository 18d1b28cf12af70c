import { Buffer } from 'node:buffer';

/** Credentials of one Atlassian account. Treat as immutable: derived headers are cached by object identity. */
export interface UpstreamAccount {
  readonly email: string;
  readonly token: string;
  /** The site whose plan is billed; null when the account needs none. */
  readonly cloudId: string | null;
}

const plainHeaders = new WeakMap<UpstreamAccount, readonly string[]>();
const headersWithToken = new WeakMap<UpstreamAccount, readonly string[]>();

/**
 * The request headers of an account as a flat list of names and values, for model and account routes. Rovo Dev clients
 * of 2025 sent no cloud id; those of 2026 send it under both names.
 *
 * @param encodedToken whether to add `X-Atlassian-EncodedToken`
 */
export function accountHeaders(account: UpstreamAccount, encodedToken = false): readonly string[] {
  const headersOfAccount = encodedToken ? headersWithToken : plainHeaders;
  const known = headersOfAccount.get(account);
  if (known !== undefined) return known;
  const encoded = encodePair(account);
  const headers = [
    'authorization',
    `Basic ${encoded}`,
    ...(encodedToken ? ['x-atlassian-encodedtoken', encoded] : []),
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'accept-encoding',
    'identity',
    ...(account.cloudId === null || account.cloudId === ''
      ? []
      : ['x-atlassian-cloudid', account.cloudId, 'x-rovodev-billing-cloudid', account.cloudId]),
  ];
  headersOfAccount.set(account, headers);
  return headers;
}

/** The account's secrets, for redaction (which also covers their base64 forms). */
export function accountSecrets(account: UpstreamAccount): readonly string[] {
  return [`${account.email}:${account.token}`, account.token, account.email];
}

function encodePair(account: UpstreamAccount): string {
  return Buffer.from(`${account.email}:${account.token}`, 'utf8').toString('base64');
}
