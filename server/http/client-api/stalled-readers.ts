import type { ServerResponse } from 'node:http';
import { asByteString, type ByteString } from '../../lib/byte-string.ts';

export interface StalledReadersOptions {
  /** Milliseconds without progress after which a reader is disconnected. */
  readonly timeout: number;
  /** Maximum number of readers that may be stalled for longer than `patience`. */
  readonly most?: number;
  /** Milliseconds for which any number of readers may be stalled. */
  readonly patience?: number;
  /** Maximum number of readers that may be stalled for any time. */
  readonly limit?: number;
}

/** A stalled reader uses 100 to 200 KB: its connections, and data that was read and encoded but not sent. */
const maxStalled = 100;
const stallTolerance = 500;
const stallLimit = 400;

/** Bytes. */
const pieceLength = 65_536;

/**
 * Readers of responses that currently accept no data. Readers that stall too long are disconnected. If too many stall,
 * those that have stalled the longest are disconnected first, which bounds the memory.
 */
export class StalledReaders {
  readonly #timeout: number;
  readonly #most: number;
  readonly #patience: number;
  readonly #limit: number;
  /** When each reader stalled, longest first. */
  readonly #since = new Map<ServerResponse, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ timeout, most = maxStalled, patience = stallTolerance, limit = stallLimit }: StalledReadersOptions) {
    this.#timeout = timeout;
    this.#most = most;
    this.#patience = patience;
    this.#limit = limit;
  }

  /** @returns a function to call once the reader accepts data again or has disconnected */
  add(response: ServerResponse): () => void {
    this.#since.set(response, performance.now());
    const cut = setTimeout(() => response.destroy(), this.#timeout);
    if (this.#since.size > this.#limit) this.#cutFirst();
    if (this.#since.size > this.#most) this.#timer ??= setTimeout(() => this.#cutLongest(), this.#patience);
    return () => {
      clearTimeout(cut);
      this.#since.delete(response);
    };
  }

  /** Calls `resume` once the reader has taken what was written. Call it after `write` returned false. */
  awaitDrain(response: ServerResponse, resume: () => void): void {
    const isOver = this.add(response);
    response.once('close', isOver);
    response.once('drain', () => {
      isOver();
      response.off('close', isOver);
      resume();
    });
  }

  /**
   * Ends a response. A long last part is written in pieces, so that a slow reader counts as stalled only while it takes
   * none of them.
   */
  end(response: ServerResponse, bytes: ByteString): void {
    if (response.destroyed) return;
    let rest: string = bytes;
    while (rest.length > pieceLength) {
      const hasRoom = response.write(rest.slice(0, pieceLength), 'latin1');
      rest = rest.slice(pieceLength);
      if (hasRoom) continue;
      this.awaitDrain(response, () => this.end(response, asByteString(rest)));
      return;
    }
    response.end(rest, 'latin1');
    // The rest waits in the process, because the operating system's buffer is full.
    if (response.writableLength > 0) response.once('close', this.add(response));
  }

  #cutFirst(): void {
    const [longest] = this.#since.keys();
    if (longest !== undefined) this.#cut(longest);
  }

  #cut(response: ServerResponse): void {
    this.#since.delete(response);
    response.destroy();
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
      this.#cut(response);
    }
  }
}
