/** One Atlassian account that the gateway may use. The token is in plain text only in memory. */
export interface Credential {
  readonly id: string;
  readonly label: string;
  readonly email: string;
  readonly token: string;
  /** When the token expires, as the admin stated it: no API tells. Milliseconds since the epoch; null = not stated. */
  readonly tokenExpiresAt: number | null;
  /** The site whose plan is billed; some accounts need none. */
  readonly cloudId: string | null;
  readonly enabled: boolean;
  /** Takes no new requests and lets the running ones finish. */
  readonly draining: boolean;
  /** Share of requests under the weighted strategy; with 0, it is used only when no other credential is available. */
  readonly weight: number;
  /** null = no limit. */
  readonly maxConcurrency: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type CredentialChanges = Partial<Omit<Credential, 'id' | 'createdAt'>>;

/** A credential's learned state, stored across restarts as JSON that only the pool reads. */
export interface StoredCredentialState {
  readonly credentialId: string;
  readonly state: unknown;
}

/** Stores credentials, with encrypted tokens. */
export interface CredentialStore {
  /** Oldest first. */
  list(): Promise<Credential[]>;
  /** @throws CredentialExists when another credential has the email */
  insert(credential: Credential): Promise<void>;
  /** @returns false when no credential has this id */
  update(id: string, changes: CredentialChanges): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  loadStates(): Promise<StoredCredentialState[]>;
  /** Saves in one transaction. States of deleted credentials are silently dropped. */
  saveStates(states: readonly StoredCredentialState[]): Promise<void>;
}

export class CredentialExists extends Error {
  override readonly name = 'CredentialExists';
}
