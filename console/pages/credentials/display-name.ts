import type { Credential } from '../../../contract/credentials.ts';

/** The label, else the email. */
export function displayName(credential: Credential | undefined): string {
  if (credential === undefined) return '';
  return credential.label === '' ? credential.email : credential.label;
}
