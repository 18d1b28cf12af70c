import { z } from 'zod';

const memory = z.object({
  last: z
    .object({
      at: z.number(),
      ok: z.boolean(),
      file: z.string().nullable(),
      bytes: z.number().nullable(),
      message: z.string(),
    })
    .optional(),
  lastSuccessAt: z.number().optional(),
});

/** What is known about previous backups. */
export type BackupMemory = z.output<typeof memory>;

export interface BackupMemoryStore {
  /** JSON that only `StoredMemory` reads. */
  loadMemory(): Promise<unknown>;
  saveMemory(memory: BackupMemory): Promise<void>;
}

/** The memory as stored, or the latest one while it cannot be stored. */
export class StoredMemory {
  readonly #store: BackupMemoryStore;
  #current: BackupMemory = {};
  /** False while the latest one could not be stored. Without it, the next check would make another backup. */
  #isStored = true;

  constructor(store: BackupMemoryStore) {
    this.#store = store;
  }

  get current(): BackupMemory {
    return this.#current;
  }

  /** Loads what another replica may have stored. An invalid memory counts as empty: the next check makes a backup. */
  async load(): Promise<void> {
    if (!this.#isStored) await this.save().catch(() => undefined);
    if (this.#isStored) this.#current = memory.safeParse(await this.#store.loadMemory()).data ?? {};
  }

  /** Adds to the memory, without storing it. */
  add(news: BackupMemory): void {
    this.#current = { ...this.#current, ...news };
  }

  async save(): Promise<void> {
    this.#isStored = false;
    await this.#store.saveMemory(this.#current);
    this.#isStored = true;
  }
}
