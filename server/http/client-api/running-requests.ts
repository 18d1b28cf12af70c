import type { Failure } from '../../conversation/failure.ts';

/** A running request that can be aborted. */
export interface RunningRequest {
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  /** Ends the request. The client gets this failure. */
  abort(failure: Failure): void;
}

/** All requests in progress. */
export class RunningRequests {
  readonly #requests = new Set<RunningRequest>();

  /** @returns a function to call when the request has finished */
  add(request: RunningRequest): () => void {
    this.#requests.add(request);
    return () => this.#requests.delete(request);
  }

  /** The distinct keys of all running requests. */
  keys(): Set<string> {
    return new Set([...this.#requests].flatMap(({ keyId }) => keyId ?? []));
  }

  endAll(failure: Failure): void {
    for (const request of [...this.#requests]) request.abort(failure);
  }

  endThoseOf(keyId: string, failure: Failure): void {
    for (const request of [...this.#requests]) if (request.keyId === keyId) request.abort(failure);
  }
}
