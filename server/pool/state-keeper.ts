import type { StoredCredentialState } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** Delay before changes are written, and so the most that a hard kill can lose; milliseconds. */
const writeDelay = 200;
const retryDelay = 2000;

export interface StateKeeperOptions {
  readonly timers: Timers;
  /** @returns undefined when the credential is deleted */
  readonly encode: (id: string) => unknown;
  readonly save: (states: readonly StoredCredentialState[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Writes changed states in the background and in batches. Failed writes are retried. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  readonly #dirty = new Set<string>();
  #timer: TimerHandle | undefined;
  #saving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  markDirty(id: string): void {
    this.#dirty.add(id);
    this.#arm(writeDelay);
  }

  /** Writes pending changes now, after the write in progress. */
  flush(): Promise<void> {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  /** Writes pending changes and stops. */
  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  #arm(delay: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#options.timers.set(() => void this.flush(), delay);
  }

  async #save(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const ids = [...this.#dirty];
    this.#dirty.clear();
    const states: StoredCredentialState[] = [];
    for (const credentialId of ids) {
      const state = this.#options.encode(credentialId);
      if (state !== undefined) states.push({ credentialId, state });
    }
    try {
      await this.#options.save(states);
    } catch (error) {
      this.#options.onError(error);
      for (const id of ids) this.#dirty.add(id);
      this.#arm(retryDelay);
    }
  }
}
