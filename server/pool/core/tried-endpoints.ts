import { type Endpoint, isSameEndpoint } from './endpoint.ts';

export interface TriedEndpoint {
  readonly credentialId: string;
  readonly endpoint: Endpoint;
}

const NOTHING: readonly TriedEndpoint[] = [];

/** The attempts of one exchange: which credentials it has tried, each by which endpoints. */
export class TriedEndpoints {
  // A handful at most: looking through them is cheaper than any index, and most exchanges never have one.
  #attempts = NOTHING;
  #credentialCount = 0;

  get size(): number {
    return this.#attempts.length;
  }

  /** How many credentials were tried, each counted once. */
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
