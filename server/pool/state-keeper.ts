import type { StoredCredentialState } from './credential.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** At most this much of what was learned is lost by a hard kill. Milliseconds. */
const DELAY = 200;
const RETRY_DELAY = 2000;

export interface StateKeeperOptions {
  readonly timers: Timers;
  /** @returns undefined when the credential is gone */
  readonly encode: (id: string) => unknown;
  readonly save: (states: readonly StoredCredentialState[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Writes changed states behind the requests, many at once; what could not be written is tried again. */
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
    this.#arm(DELAY);
  }

  /** Writes what is dirty now, after what is being written. */
  flush(): Promise<void> {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  /** Writes what is dirty, and nothing after it. */
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
      this.#arm(RETRY_DELAY);
    }
  }
}
