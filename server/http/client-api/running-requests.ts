import type { Failure } from '../../conversation/failure.ts';

/** A request under way that somebody may have to end. */
export interface RunningRequest {
  /** null: the admin in the playground. */
  readonly keyId: string | null;
  /** Ends it; the client is told this failure. */
  abort(failure: Failure): void;
}

/** What clients wait for now. */
export class RunningRequests {
  readonly #requests = new Set<RunningRequest>();

  /** @returns to be called when the request is over */
  add(request: RunningRequest): () => void {
    this.#requests.add(request);
    return () => this.#requests.delete(request);
  }

  /** The keys that they came with, each once. */
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
