import type { Slot } from './core/slot.ts';
import type { CredentialStore } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

const writeInterval = 60_000;

export interface UseRecorderOptions {
  readonly timers: Timers;
  readonly store: Pick<CredentialStore, 'update'>;
  readonly slots: () => readonly Slot[];
  /** Called for each credential used since the last write. */
  readonly onUsed: (slot: Slot) => void;
  readonly onError: (error: unknown) => void;
}

/** Saves the credentials' last use once a minute, so that requests cause no writes. */
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
    this.#timer = this.#options.timers.set(() => void this.#write().then(() => this.start()), writeInterval);
  }

  /** Writes the latest changes and stops. */
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
        // The others would fail, too, each after a timeout.
        return;
      }
    }
  }
}
