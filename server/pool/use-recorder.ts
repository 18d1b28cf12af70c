import type { Slot } from './core/slot.ts';
import type { CredentialStore } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

const INTERVAL = 60_000;

export interface UseRecorderOptions {
  readonly timers: Timers;
  readonly store: Pick<CredentialStore, 'update'>;
  readonly slots: () => readonly Slot[];
  /** A credential was used since it was last told. */
  readonly onUsed: (slot: Slot) => void;
  readonly onError: (error: unknown) => void;
}

/** Writes when credentials were used last: once a minute, so that requests cost no write. */
export class UseRecorder {
  readonly #options: UseRecorderOptions;
  readonly #written = new WeakMap<Slot, number>();
  #timer: TimerHandle | undefined;
  #closed = false;

  constructor(options: UseRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closed) return;
    this.#timer = this.#options.timers.set(() => void this.#write().then(() => this.start()), INTERVAL);
  }

  /** Writes what is new, for the last time. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#options.timers.clear(this.#timer);
    await this.#write();
  }

  async #write(): Promise<void> {
    for (const slot of this.#options.slots()) {
      const { usedAt } = slot;
      if (usedAt === undefined || this.#written.get(slot) === usedAt) continue;
      this.#options.onUsed(slot);
      try {
        await this.#options.store.update(slot.settings.id, { lastUsedAt: usedAt });
        this.#written.set(slot, usedAt);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}
