/** One Atlassian account that the gateway may use. The token is in the clear only in memory. */
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
  /** Takes no new requests and lets the running ones end. */
  readonly draining: boolean;
  /** Share of requests under the weighted strategy; 0 takes none while another can. */
  readonly weight: number;
  /** null = no limit. */
  readonly maxConcurrency: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type CredentialChanges = Partial<Omit<Credential, 'id' | 'createdAt'>>;

/** What must survive a restart of what the pool learned of a credential: JSON that only the pool reads. */
export interface StoredCredentialState {
  readonly credentialId: string;
  readonly state: unknown;
}

/** Where credentials are kept, tokens encrypted. */
export interface CredentialStore {
  /** Oldest first. */
  list(): Promise<Credential[]>;
  /** @throws CredentialExists when the email is taken */
  insert(credential: Credential): Promise<void>;
  /** @returns false when there is none of that id */
  update(id: string, changes: CredentialChanges): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  loadStates(): Promise<StoredCredentialState[]>;
  /** In one transaction; states of credentials that are gone are dropped silently. */
  saveStates(states: readonly StoredCredentialState[]): Promise<void>;
}

export class CredentialExists extends Error {
  override readonly name = 'CredentialExists';
}
