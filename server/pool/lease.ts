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
  /** The ways to the model in order of preference, at least one. */
  readonly endpoints: readonly Endpoint[];
  /** Requests of one conversation carry the same: they go to the same credential, by the same endpoint, where possible. */
  readonly affinityKey?: string;
  /** The conversation's first request: the strategy chooses its credential, and what follows stays there. */
  readonly opening?: boolean;
  /**
   * The attempts of this exchange. Of further credentials at most as many as the setting `maxAttempts` allows are given,
   * each by all endpoints that are open: a lease is refused when there is nothing left to try.
   */
  readonly exclude: TriedEndpoints;
  /** Aborted: a waiting request leaves the queue at once. */
  readonly signal: Cancellation;
  /** Milliseconds since the epoch; no waiting beyond it. */
  readonly deadline: number;
}

export type Outcome =
  /** @param cached what the answer's usage told of the prompt cache; undefined when it told nothing */
  | { readonly type: 'success'; readonly cached?: CacheUse | undefined }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'aborted' };

/** A credential that was passed over for a lease, or the route that a reason names, and why. */
export interface SkippedCredential {
  readonly credentialId: string;
  readonly credentialLabel: string;
  readonly reason: string;
}

/** The use of one credential by one endpoint, for one attempt. */
export interface Lease {
  readonly credential: Credential;
  /** One of those that were asked for. */
  readonly endpoint: Endpoint;
  /** Why this one: `affinity`, `next-route` or the strategy's name. */
  readonly reason: string;
  /** Milliseconds in the queue. */
  readonly waited: number;
  readonly skipped: readonly SkippedCredential[];
  /**
   * To be called when the answer has properly begun: a credential under suspicion then takes more than one request at
   * a time again, without waiting for the answer's end.
   */
  answered(): void;
  /** Ends the attempt, whatever its outcome. Only the first call has an effect. */
  release(outcome: Outcome): void;
}

/** A grant of the core, with what the exchange needs around it. */
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
    this.#place?.giveBack();
    this.#core.release(this.#grant, outcome, this.#clock());
    this.#onReleased(this.#grant, outcome);
  }
}

/** Why a signal was aborted, as a failure. */
export function abortFailure(signal: Cancellation): Failure {
  if (signal.reason instanceof Failure) return signal.reason;
  return new Failure('internal', 'The client closed the request.', {
    reason: 'client-gone',
    fault: 'client',
    cause: signal.reason,
  });
}
