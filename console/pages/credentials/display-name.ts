import type { Credential } from '../../../contract/credentials.ts';

/** The label, or the email if there is no label. */
export function displayName(credential: Credential | undefined): string {
  if (credential === undefined) return '';
  return credential.label === '' ? credential.email : credential.label;
}
