/** The part of AbortSignal that we need. Every `AbortSignal` is one. */
export interface Cancellation {
  readonly aborted: boolean;
  /** Why the work was cancelled; undefined if no reason was given. */
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A replacement for `AbortController` with its signal. It avoids the event machinery, which costs 6 µs per request. */
export class Canceller implements Cancellation {
  #aborted = false;
  #reason: unknown;
  #listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  /** Calls all listeners. Only the first call has an effect. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}

/** A cancellation that is also aborted when another one is. */
export function followCancellation(leader: Cancellation): Canceller {
  const follower = new Canceller();
  if (leader.aborted) follower.abort(leader.reason);
  else leader.addEventListener('abort', () => follower.abort(leader.reason));
  return follower;
}
