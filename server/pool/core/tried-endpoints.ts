import { type Endpoint, isSameEndpoint } from './endpoint.ts';

export interface TriedEndpoint {
  readonly credentialId: string;
  readonly endpoint: Endpoint;
}

const noAttempts: readonly TriedEndpoint[] = [];

/** The attempts of one exchange: the credentials and endpoints it has tried. */
export class TriedEndpoints {
  // A handful at most, and usually none, so a linear search is cheaper than an index.
  #attempts = noAttempts;
  #credentialCount = 0;

  get size(): number {
    return this.#attempts.length;
  }

  /** The number of different credentials tried. */
  get credentialCount(): number {
    return this.#credentialCount;
  }

  get last(): TriedEndpoint | undefined {
    return this.#attempts.at(-1);
  }

  add(credentialId: string, endpoint: Endpoint): void {
    if (!this.hasCredential(credentialId)) this.#credentialCount += 1;
    this.#attempts = [...this.#attempts, { credentialId, endpoint }];
  }

  has(credentialId: string, endpoint: Endpoint): boolean {
    return this.#attempts.some(
      (tried) => tried.credentialId === credentialId && isSameEndpoint(tried.endpoint, endpoint),
    );
  }

  hasCredential(credentialId: string): boolean {
    return this.#attempts.some((tried) => tried.credentialId === credentialId);
  }
}
