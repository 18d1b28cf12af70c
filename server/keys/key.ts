import { type PromptCaching, promptCachings } from '../conversation/prompt-caching.ts';

/** An API key as stored. It is looked up by the SHA-256 of its secret; the secret itself is encrypted. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Hex SHA-256 of the whole secret. */
  readonly hash: string;
  /** Like `sk-Ab…yz12`, for display. */
  readonly masked: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch, like all times here. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly limits: KeyLimits;
  /** null: use the global setting. */
  readonly promptCaching: PromptCaching | null;
  readonly contentLoggingUntil: number | null;
}

/** Limits of a key; null means unlimited. */
export interface KeyLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrentRequests: number | null;
  readonly tokensPerDay: number | null;
  readonly tokensPerMonth: number | null;
  /** US dollars at list price. */
  readonly dollarsPerDay: number | null;
  readonly dollarsPerMonth: number | null;
  readonly models: readonly string[] | null;
  /** Addresses or CIDR ranges. */
  readonly addresses: readonly string[] | null;
}

export const noLimits: KeyLimits = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: null,
  tokensPerDay: null,
  tokensPerMonth: null,
  dollarsPerDay: null,
  dollarsPerMonth: null,
  models: null,
  addresses: null,
};

export type ApiKeyChanges = Partial<Omit<ApiKey, 'id' | 'createdAt'>>;

export interface KeyStore {
  /** Oldest first. */
  list(): Promise<ApiKey[]>;
  insert(key: ApiKey, secret: string): Promise<void>;
  /** @param secret replaces the stored one; the changes must then include the new hash and mask */
  update(id: string, changes: ApiKeyChanges, secret?: string): Promise<boolean>;
  /** The decrypted secret; undefined if there is no such key. */
  readSecret(id: string): Promise<string | undefined>;
  /** The key's records stay in the ledger under its name. */
  delete(id: string): Promise<boolean>;
  /** Sets last-used times in one transaction. */
  touch(times: ReadonlyMap<string, number>): Promise<void>;
}

/** Parses the stored value. Values that this version does not know count as null. */
export function readPromptCaching(word: string | null): PromptCaching | null {
  return promptCachings.find((known) => known === word) ?? null;
}
