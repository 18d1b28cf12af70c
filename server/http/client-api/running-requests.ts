import type { Failure } from '../../conversation/failure.ts';

/** A running request that can be aborted. */
export interface RunningRequest {
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  /** Ends the request. The client gets this failure. */
  abort(failure: Failure): void;
}

interface Entry {
  readonly request: RunningRequest;
  /** Its index in the array. */
  index: number;
}

/**
 * All requests in progress. They are in an array because V8 replaces a Set's table after some deletions, and an old table
 * keeps finished requests in memory until the next full collection (decision 011).
 */
export class RunningRequests {
  readonly #entries: Entry[] = [];

  /** @returns a function to call once, when the request has finished */
  add(request: RunningRequest): () => void {
    const entry = { request, index: this.#entries.length };
    this.#entries.push(entry);
    return () => this.#remove(entry);
  }

  #remove(entry: Entry): void {
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#entries[entry.index] = last;
    last.index = entry.index;
  }

  /** The distinct keys of all running requests. */
  keys(): Set<string> {
    return new Set(this.#entries.flatMap(({ request }) => request.keyId ?? []));
  }

  endAll(failure: Failure): void {
    for (const { request } of [...this.#entries]) request.abort(failure);
  }

  endThoseOf(keyId: string, failure: Failure): void {
    for (const { request } of [...this.#entries]) if (request.keyId === keyId) request.abort(failure);
  }
}
