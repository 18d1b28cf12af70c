import type { ServerResponse } from 'node:http';

export interface StalledReadersOptions {
  /** Milliseconds after which a reader is cut that takes nothing. */
  readonly timeout: number;
  /** Maximum number of readers that may be behind at once for longer than `patience`. */
  readonly most?: number;
  /** Milliseconds for which any number may be behind. */
  readonly patience?: number;
}

/** A reader that is behind holds some 400 KB: what was read from the upstream, encoded, and not taken yet. */
const mostStalled = 100;
const patienceMilliseconds = 500;

/**
 * Readers of streams that take nothing for now. Whoever takes nothing for too long is cut; when there are many of them, those
 * who have taken nothing for the longest go first, so that their memory is bounded.
 */
export class StalledReaders {
  readonly #timeout: number;
  readonly #most: number;
  readonly #patience: number;
  /** When each fell behind; the longest stalled comes first. */
  readonly #since = new Map<ServerResponse, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ timeout, most = mostStalled, patience = patienceMilliseconds }: StalledReadersOptions) {
    this.#timeout = timeout;
    this.#most = most;
    this.#patience = patience;
  }

  /** @returns to be called once the reader takes something again, or has gone */
  add(response: ServerResponse): () => void {
    this.#since.set(response, performance.now());
    const cut = setTimeout(() => response.destroy(), this.#timeout);
    if (this.#since.size > this.#most) this.#timer ??= setTimeout(() => this.#cutLongest(), this.#patience);
    return () => {
      clearTimeout(cut);
      this.#since.delete(response);
    };
  }

  #cutLongest(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [response, since] of this.#since) {
      if (this.#since.size <= this.#most) return;
      const wait = this.#patience - (now - since);
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#cutLongest(), wait);
        return;
      }
      this.#since.delete(response);
      response.destroy();
    }
  }
}
