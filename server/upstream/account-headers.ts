import { Buffer } from 'node:buffer';

/** What is needed to act as one Atlassian account. Treat as immutable: what is derived of it is remembered by identity. */
export interface UpstreamAccount {
  readonly email: string;
  readonly token: string;
  /** The site whose plan is billed; null when the account needs none. */
  readonly cloudId: string | null;
}

const plainHeaders = new WeakMap<UpstreamAccount, readonly string[]>();
const headersWithToken = new WeakMap<UpstreamAccount, readonly string[]>();

/**
 * The request headers of an account as a flat list of names and values, for model and account routes alike. Clients of
 * 2025 sent no cloud id, those of 2026 send it under both names.
 *
 * @param encodedToken the route wants `X-Atlassian-EncodedToken` as well
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

/** What of an account must never come out: for redaction, which knows their base64 forms too. */
export function accountSecrets(account: UpstreamAccount): readonly string[] {
  return [`${account.email}:${account.token}`, account.token, account.email];
}

function encodePair(account: UpstreamAccount): string {
  return Buffer.from(`${account.email}:${account.token}`, 'utf8').toString('base64');
}
