import { Failure } from '../conversation/failure.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { Grant } from './core/grant.ts';
import type { PoolCore } from './core/pool-core.ts';
import type { Credential } from './credential.ts';

export interface LeaseRequest {
  /** The upstream's id of the model. */
  readonly model: string;
  /** Requests of one conversation carry the same: they go to the same credential where possible. */
  readonly affinityKey?: string;
  /** The conversation's first request: the strategy chooses its credential, and what follows stays there. */
  readonly opening?: boolean;
  /** Ids of the credentials that this exchange has tried. */
  readonly exclude: ReadonlySet<string>;
  /** Aborted: a waiting request leaves the queue at once. */
  readonly signal: Cancellation;
  /** Milliseconds since the epoch; no waiting beyond it. */
  readonly deadline: number;
}

export type Outcome =
  | { readonly type: 'success' }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'aborted' };

/** A credential that was passed over for a lease, and why. */
export interface SkippedCredential {
  readonly credentialId: string;
  readonly credentialLabel: string;
  readonly reason: string;
}

/** The use of one credential for one attempt. */
export interface Lease {
  readonly credential: Credential;
  /** Why this one: `affinity` or the strategy's name. */
  readonly reason: string;
  /** Milliseconds in the queue. */
  readonly waited: number;
  readonly skipped: readonly SkippedCredential[];
  /**
   * To be called when the answer has properly begun: a credential under suspicion then takes more than one request at
   * a time again, without waiting for the answer's end.
   */
  answered(): void;
  /** To be called when the attempt has ended, whatever way. The first call counts. */
  release(outcome: Outcome): void;
}

/** A grant of the core, with what the exchange needs around it. */
export class PoolLease implements Lease {
  readonly credential: Credential;
  readonly #grant: Grant;
  readonly #core: PoolCore;
  readonly #clock: () => number;
  readonly #onReleased: ((grant: Grant, outcome: Outcome) => void) | undefined;

  constructor(
    credential: Credential,
    grant: Grant,
    core: PoolCore,
    clock: () => number,
    onReleased?: (grant: Grant, outcome: Outcome) => void,
  ) {
    this.credential = credential;
    this.#grant = grant;
    this.#core = core;
    this.#clock = clock;
    this.#onReleased = onReleased;
  }

  get reason(): string {
    return this.#grant.reason;
  }

  get waited(): number {
    return this.#grant.waited;
  }

  get skipped(): readonly SkippedCredential[] {
    return this.#grant.skipped.map(({ slot, obstacle, cause }) => ({
      credentialId: slot.settings.id,
      credentialLabel: slot.settings.label,
      reason: cause === undefined ? obstacle : `${obstacle} (${cause})`,
    }));
  }

  answered(): void {
    this.#core.answered(this.#grant, this.#clock());
  }

  release(outcome: Outcome): void {
    if (!this.#grant.open) return;
    this.#core.release(this.#grant, outcome, this.#clock());
    this.#onReleased?.(this.#grant, outcome);
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
