import { type PromptCaching, promptCachings } from '../conversation/prompt-caching.ts';

/** An API key as stored: looked up by the SHA-256 of its secret; the secret itself is kept encrypted. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Hex SHA-256 of the whole secret. */
  readonly hash: string;
  /** `sk-Ab…yz12`, for showing. */
  readonly masked: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly limits: KeyLimits;
  /** null: as the settings say. */
  readonly promptCaching: PromptCaching | null;
  readonly contentLoggingUntil: number | null;
}

/** Every limit: null = none. */
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
  /** @param secret replaces the stored one, with the new hash and mask among the changes */
  update(id: string, changes: ApiKeyChanges, secret?: string): Promise<boolean>;
  /** The whole secret, decrypted; undefined when there is no such key. */
  readSecret(id: string): Promise<string | undefined>;
  /** The record stays in the ledger under the key's name. */
  delete(id: string): Promise<boolean>;
  /** Last-used times, in one transaction. */
  touch(times: ReadonlyMap<string, number>): Promise<void>;
}

/** How a stored word reads; one that this version does not know counts as none. */
export function readPromptCaching(word: string | null): PromptCaching | null {
  return promptCachings.find((known) => known === word) ?? null;
}
