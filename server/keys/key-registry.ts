import { Failure } from '../conversation/failure.ts';
import type { PromptCaching } from '../conversation/prompt-caching.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { createSerial } from '../lib/serial.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { type ApiKey, type ApiKeyChanges, type KeyLimits, type KeyStore, noLimits } from './key.ts';
import { generateKeySecret, hashKeySecret, maskKeySecret } from './key-secret.ts';
import { createLastUsed, type LastUsed } from './last-used.ts';

/** The fields of a key that the admin sets. */
export interface KeySettings {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly expiresAt?: number | null | undefined;
  /** Omitted limits are unchanged. */
  readonly limits?: { readonly [Name in keyof KeyLimits]?: KeyLimits[Name] | undefined } | undefined;
  readonly promptCaching?: PromptCaching | null | undefined;
  readonly contentLoggingUntil?: number | null | undefined;
}

export interface GeneratedKey {
  readonly key: ApiKey;
  /** The whole secret, to be shown once. */
  readonly secret: string;
}

/** All API keys, cached in memory. A change takes effect after it was stored. */
export interface KeyRegistry {
  /**
   * Finds the key for a secret and records its use. Synchronous: one hash and one lookup.
   * @param secret undefined if the client sent none
   * @throws Failure `authentication`, with the secret masked
   */
  verify(secret: string | undefined): ApiKey;
  /** Oldest first, with current last-used times. */
  list(): ApiKey[];
  get(id: string): ApiKey | undefined;
  /** @throws Failure `authentication` if the key no longer exists or is no longer valid */
  requireUsable(id: string): void;
  generate(settings: KeySettings & { readonly name: string }): Promise<GeneratedKey>;
  /** Adds a key with an existing secret, as an import does. @returns undefined if that secret is already known */
  adopt(settings: KeySettings & { readonly name: string }, secret: string): Promise<ApiKey | undefined>;
  /** @returns undefined if there is no such key; same for `rotate` and `reveal` */
  edit(id: string, settings: KeySettings): Promise<ApiKey | undefined>;
  /** Replaces the secret and keeps name and limits. The old secret stops working at once. */
  rotate(id: string): Promise<GeneratedKey | undefined>;
  reveal(id: string): Promise<string | undefined>;
  /** @returns false if there is no such key */
  revoke(id: string): Promise<boolean>;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
  /** Writes pending last-used times. */
  close(): Promise<void>;
}

export interface KeyRegistryOptions {
  readonly store: KeyStore;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  /** Called if last-used times could not be written. They are retried. */
  readonly onError?: (error: unknown) => void;
}

/** Opens the registry and reads all keys. */
export async function createKeyRegistry(options: KeyRegistryOptions): Promise<KeyRegistry> {
  const registry = new StoredKeyRegistry(options);
  await registry.reload();
  return registry;
}

class StoredKeyRegistry implements KeyRegistry {
  readonly #store: KeyStore;
  readonly #clock: Clock;
  readonly #createId: CreateId;
  readonly #lastUsed: LastUsed;
  readonly #inTurn = createSerial();
  /** By id, oldest first. */
  #keys = new Map<string, ApiKey>();
  #keysByHash = new Map<string, ApiKey>();

  constructor({ store, clock = systemClock, createId: nextId = createId, onError = () => {} }: KeyRegistryOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#createId = nextId;
    this.#lastUsed = createLastUsed(store, onError);
  }

  verify(secret: string | undefined): ApiKey {
    if (secret === undefined || secret === '') throw missingKey();
    const key = this.#keysByHash.get(hashKeySecret(secret));
    if (key === undefined) throw incorrectKey(secret);
    const now = this.#clock();
    checkUsable(key, now);
    this.#lastUsed.touch(key.id, now);
    return key;
  }

  requireUsable(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) throw revokedKey();
    checkUsable(key, this.#clock());
  }

  list(): ApiKey[] {
    return [...this.#keys.values()].map((key) => this.#withLastUse(key));
  }

  get(id: string): ApiKey | undefined {
    const key = this.#keys.get(id);
    return key && this.#withLastUse(key);
  }

  generate(settings: KeySettings & { readonly name: string }): Promise<GeneratedKey> {
    return this.#inTurn(async () => {
      const secret = generateKeySecret();
      return { key: await this.#insert(settings, secret), secret };
    });
  }

  adopt(settings: KeySettings & { readonly name: string }, secret: string): Promise<ApiKey | undefined> {
    return this.#inTurn(async () =>
      this.#keysByHash.has(hashKeySecret(secret)) ? undefined : this.#insert(settings, secret),
    );
  }

  edit(id: string, settings: KeySettings): Promise<ApiKey | undefined> {
    return this.#inTurn(() => this.#change(id, (key) => readChanges(key, settings)));
  }

  rotate(id: string): Promise<GeneratedKey | undefined> {
    return this.#inTurn(async () => {
      const secret = generateKeySecret();
      const changes = { hash: hashKeySecret(secret), masked: maskKeySecret(secret) };
      const key = await this.#change(id, () => changes, secret);
      return key && { key, secret };
    });
  }

  reveal(id: string): Promise<string | undefined> {
    return this.#store.readSecret(id);
  }

  revoke(id: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const deleted = await this.#store.delete(id);
      this.#index([...this.#keys.values()].filter((key) => key.id !== id));
      return deleted;
    });
  }

  reload(): Promise<void> {
    return this.#inTurn(() => this.#load());
  }

  close(): Promise<void> {
    return this.#lastUsed.close();
  }

  async #load(): Promise<void> {
    this.#index(await this.#store.list());
  }

  #index(list: Iterable<ApiKey>): void {
    this.#keys = new Map();
    this.#keysByHash = new Map();
    for (const key of list) {
      this.#keys.set(key.id, key);
      this.#keysByHash.set(key.hash, key);
    }
  }

  #put(key: ApiKey): ApiKey {
    const others = [...this.#keys.values()].filter((other) => other.id !== key.id);
    this.#index([...others, key].sort(byAge));
    return key;
  }

  async #insert(settings: KeySettings & { readonly name: string }, secret: string): Promise<ApiKey> {
    const key: ApiKey = {
      id: this.#createId(),
      name: settings.name,
      hash: hashKeySecret(secret),
      masked: maskKeySecret(secret),
      enabled: settings.enabled ?? true,
      createdAt: this.#clock(),
      expiresAt: settings.expiresAt ?? null,
      lastUsedAt: null,
      limits: mergeLimits(noLimits, settings.limits),
      promptCaching: settings.promptCaching ?? null,
      contentLoggingUntil: settings.contentLoggingUntil ?? null,
    };
    await this.#store.insert(key, secret);
    return this.#put(key);
  }

  /** @param decide receives the key as stored: another process may have changed other fields in the meantime */
  async #change(id: string, decide: (key: ApiKey) => ApiKeyChanges, secret?: string): Promise<ApiKey | undefined> {
    await this.#load();
    const key = this.#keys.get(id);
    if (key === undefined) return undefined;
    const changes = decide(key);
    return (await this.#store.update(id, changes, secret)) ? this.#put({ ...key, ...changes }) : undefined;
  }

  #withLastUse(key: ApiKey): ApiKey {
    const time = this.#lastUsed.pending(key.id);
    return time === undefined ? key : { ...key, lastUsedAt: time };
  }
}

const byAge = (one: ApiKey, other: ApiKey) => one.createdAt - other.createdAt;

function readChanges(key: ApiKey, settings: KeySettings): ApiKeyChanges {
  return {
    name: settings.name ?? key.name,
    enabled: settings.enabled ?? key.enabled,
    expiresAt: settings.expiresAt === undefined ? key.expiresAt : settings.expiresAt,
    limits: mergeLimits(key.limits, settings.limits),
    promptCaching: settings.promptCaching === undefined ? key.promptCaching : settings.promptCaching,
    contentLoggingUntil:
      settings.contentLoggingUntil === undefined ? key.contentLoggingUntil : settings.contentLoggingUntil,
  };
}

function mergeLimits(limits: KeyLimits, changes: KeySettings['limits'] = {}): KeyLimits {
  return { ...limits, ...withoutUndefined(changes) };
}

function missingKey(): Failure {
  const message = "No API key was provided. Create one in the gateway's console at /admin/keys.";
  return new Failure('authentication', message, { reason: 'missing-api-key', fault: 'request' });
}

function incorrectKey(secret: string): Failure {
  return new Failure(
    'authentication',
    `Incorrect API key provided: ${maskKeySecret(secret)}. Create one in the gateway's console at /admin/keys.`,
    { reason: 'invalid-api-key', fault: 'request' },
  );
}

function checkUsable(key: ApiKey, now: number): void {
  if (!key.enabled) throw refusedKey('invalid-api-key', key, 'is disabled');
  if (key.expiresAt !== null && key.expiresAt <= now) throw refusedKey('expired-api-key', key, 'has expired');
}

function revokedKey(): Failure {
  return new Failure('authentication', 'The API key was revoked.', { reason: 'invalid-api-key', fault: 'request' });
}

function refusedKey(reason: 'invalid-api-key' | 'expired-api-key', key: ApiKey, what: string): Failure {
  return new Failure('authentication', `The API key ${key.masked} ${what}. Ask the gateway's admin for a new one.`, {
    reason,
    fault: 'request',
  });
}
