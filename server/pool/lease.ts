import { Failure } from '../conversation/failure.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { CacheUse } from './core/affinity.ts';
import type { Endpoint } from './core/endpoint.ts';
import type { Grant } from './core/grant.ts';
import type { PoolCore } from './core/pool-core.ts';
import type { TriedEndpoints } from './core/tried-endpoints.ts';
import type { Credential } from './credential.ts';
import type { GrantedPlace } from './shared/shared-places.ts';

export interface LeaseRequest {
  /** The model's endpoints in order of preference, at least one. */
  readonly endpoints: readonly Endpoint[];
  /** The same for all requests of one conversation, which use the same credential and endpoint where possible. */
  readonly affinityKey?: string;
  /** The conversation's first request: the strategy chooses the credential, and later requests stay there. */
  readonly opening?: boolean;
  /**
   * The exchange's earlier attempts. It may try up to `maxAttempts` credentials, each with all endpoints that are open.
   * The lease is refused when nothing is left to try.
   */
  readonly exclude: TriedEndpoints;
  /** When aborted, a waiting request leaves the queue at once. */
  readonly signal: Cancellation;
  /** No waiting beyond this time; milliseconds since the epoch. */
  readonly deadline: number;
}

export type Outcome =
  /** @param cached the answer's prompt cache usage; undefined when not reported */
  | { readonly type: 'success'; readonly cached?: CacheUse | undefined }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'aborted' };

/** A credential that was skipped for a lease, or one of its routes if the reason names one. */
export interface SkippedCredential {
  readonly credentialId: string;
  readonly credentialLabel: string;
  readonly reason: string;
}

/** The use of one credential and endpoint for one attempt. */
export interface Lease {
  readonly credential: Credential;
  /** One of the requested endpoints. */
  readonly endpoint: Endpoint;
  /** Why it was chosen: `affinity`, `next-route` or the strategy's name. */
  readonly reason: string;
  /** Milliseconds in the queue. */
  readonly waited: number;
  readonly skipped: readonly SkippedCredential[];
  /**
   * Call when the answer has started: a credential on probation then takes more than one request at a time, without
   * waiting for the answer's end.
   */
  answered(): void;
  /** Ends the attempt with any outcome. Only the first call has an effect. */
  release(outcome: Outcome): void;
}

/** A lease on a grant of the pool's core. */
export class PoolLease implements Lease {
  readonly credential: Credential;
  readonly #grant: Grant;
  readonly #core: PoolCore;
  readonly #clock: () => number;
  readonly #place: GrantedPlace | undefined;
  readonly #onReleased: (grant: Grant, outcome: Outcome) => void;

  constructor(
    credential: Credential,
    grant: Grant,
    core: PoolCore,
    clock: () => number,
    place: GrantedPlace | undefined,
    onReleased: (grant: Grant, outcome: Outcome) => void,
  ) {
    this.credential = credential;
    this.#grant = grant;
    this.#core = core;
    this.#clock = clock;
    this.#place = place;
    this.#onReleased = onReleased;
  }

  get endpoint(): Endpoint {
    return this.#grant.endpoint;
  }

  get reason(): string {
    return this.#grant.reason;
  }

  get waited(): number {
    return this.#grant.waited;
  }

  get skipped(): readonly SkippedCredential[] {
    return this.#grant.skipped.map(({ slot, route, obstacle, cause }) => ({
      credentialId: slot.settings.id,
      credentialLabel: slot.settings.label,
      reason: `${route === undefined ? '' : `${route}: `}${obstacle}${cause === undefined ? '' : ` (${cause})`}`,
    }));
  }

  answered(): void {
    this.#core.answered(this.#grant, this.#clock());
  }

  release(outcome: Outcome): void {
    if (!this.#grant.open) return;
    this.#place?.release();
    this.#core.release(this.#grant, outcome, this.#clock());
    this.#onReleased(this.#grant, outcome);
  }
}

/** The failure for an aborted signal. */
export function abortFailure(signal: Cancellation): Failure {
  if (signal.reason instanceof Failure) return signal.reason;
  return new Failure('internal', 'The client closed the request.', {
    reason: 'client-gone',
    fault: 'client',
    cause: signal.reason,
  });
}
