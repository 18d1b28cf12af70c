import type { Cancellation } from '../lib/cancellation.ts';
import type { Clock } from '../lib/clock.ts';
import type { PoolSettings } from '../settings/settings.ts';
import type { Endpoint } from './core/endpoint.ts';
import type { Arrival, Grant, Refusal, Waiter } from './core/grant.ts';
import { PoolCore } from './core/pool-core.ts';
import type { Slot } from './core/slot.ts';
import type { Credential } from './credential.ts';
import { describeRefusal } from './exhausted.ts';
import { abortFailure, type Lease, type LeaseRequest, type Outcome, PoolLease } from './lease.ts';
import type { SharedPool } from './pool-contract.ts';
import { SharedAffinity } from './shared/shared-affinity.ts';
import { type FilledByOthers, type GrantedPlace, SharedPlaces } from './shared/shared-places.ts';
import type { TimerHandle, Timers } from './timers.ts';

export interface LeaseIssuerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly timers: Timers;
  readonly settings: () => PoolSettings;
  /** State shared with other replicas; undefined without other replicas. */
  readonly shared: SharedPool | undefined;
  /** A name unique to this replica. */
  readonly replica: string;
  readonly credential: (id: string) => Credential | undefined;
  readonly onChanged: (slot: Slot) => void;
  readonly onReleased: (grant: Grant, outcome: Outcome) => void;
}

interface Waiting {
  readonly resolve: (grant: Grant) => void;
  readonly reject: (failure: Error) => void;
  readonly stopListening: () => void;
}

/**
 * Issues leases for the core's grants, with what the core does not have: promises, timers, abort signals and the requests
 * of other replicas.
 */
export class LeaseIssuer {
  readonly core: PoolCore;
  readonly #options: LeaseIssuerOptions;
  readonly #places: SharedPlaces | undefined;
  readonly #affinity: SharedAffinity | undefined;
  readonly #waiting = new Map<Waiter, Waiting>();
  #arrivals = 0;
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: LeaseIssuerOptions) {
    this.#options = options;
    const { shared, clock } = options;
    this.#affinity = shared && new SharedAffinity(shared.notes, options.timers);
    this.core = new PoolCore({
      random: options.random,
      settings: options.settings,
      onChanged: options.onChanged,
      onSettled: (waiter, result) => this.#settle(waiter, result),
      onPlaced: (key, place) => this.#affinity?.announce(key, place),
    });
    this.#places =
      shared &&
      new SharedPlaces({
        ...shared,
        clock,
        timers: options.timers,
        replica: options.replica,
        slots: () => this.core.slots,
        leaveToOthers: (full, until) => this.core.leaveToOthers(full, until),
        onFreed: () => this.tick(),
      });
  }

  lease(request: LeaseRequest): Lease | Promise<Lease> {
    if (request.signal.aborted) throw abortFailure(request.signal);
    const { affinityKey, opening } = request;
    const now = this.#options.clock();
    if (this.#affinity === undefined || affinityKey === undefined || opening === true)
      return this.#request(request, this.#arrive(now));
    if (!this.#options.settings().affinity || this.core.affinity.recall(affinityKey, now) !== undefined)
      return this.#request(request, this.#arrive(now));
    return this.#requestAfterRecall(request, this.#affinity, affinityKey);
  }

  probe(slot: Slot, credential: Credential, endpoint: Endpoint): Lease {
    const grant = this.core.probe(slot, endpoint, this.#options.clock());
    return this.#leaseOf(grant, credential, this.#places?.count(grant));
  }

  /** Call this after the core was changed from outside. */
  tick(): void {
    this.core.tick(this.#options.clock());
    this.#arm();
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#places?.close();
    this.#affinity?.close();
  }

  async #requestAfterRecall(request: LeaseRequest, affinity: SharedAffinity, affinityKey: string): Promise<Lease> {
    const { clock } = this.#options;
    const arrival = this.#arrive(clock());
    const place = await affinity.recall(affinityKey);
    if (place !== undefined) this.core.affinity.remember(affinityKey, place.id, place.endpoint, clock());
    if (request.signal.aborted) throw abortFailure(request.signal);
    return this.#request(request, arrival);
  }

  #arrive(at: number): Arrival {
    this.#arrivals += 1;
    return { at, order: this.#arrivals, isBack: false };
  }

  #request(request: LeaseRequest, arrival: Arrival): Lease | Promise<Lease> {
    const result = this.core.request(request, this.#options.clock(), arrival);
    if ('sequence' in result) return this.#admit(result, request, arrival);
    if ('availableAt' in result) throw this.#failureOf(result);
    return this.#wait(result, request.signal).then((grant) => this.#admit(grant, request, arrival));
  }

  #wait(waiter: Waiter, signal: Cancellation): Promise<Grant> {
    const promise = new Promise<Grant>((resolve, reject) => {
      const onAbort = () => {
        this.core.abandon(waiter);
        this.#waiting.delete(waiter);
        reject(abortFailure(signal));
      };
      signal.addEventListener('abort', onAbort);
      this.#waiting.set(waiter, { resolve, reject, stopListening: () => signal.removeEventListener('abort', onAbort) });
    });
    this.#arm();
    return promise;
  }

  #settle(waiter: Waiter, result: { grant: Grant } | { refusal: Refusal }): void {
    const waiting = this.#waiting.get(waiter);
    if (waiting === undefined) return;
    this.#waiting.delete(waiter);
    waiting.stopListening();
    if ('grant' in result) waiting.resolve(result.grant);
    else waiting.reject(this.#failureOf(result.refusal));
  }

  /** Turns the grant into a lease once it has a place among the requests of all replicas. */
  #admit(grant: Grant, request: LeaseRequest, arrival: Arrival): Lease | Promise<Lease> {
    const place = this.#places?.reserve(grant);
    if (place instanceof Promise) return this.#admitLater(grant, place, request, arrival);
    return this.#handOut(grant, place) ?? this.#request(request, { ...arrival, isBack: true });
  }

  async #admitLater(
    grant: Grant,
    taking: Promise<GrantedPlace | FilledByOthers>,
    request: LeaseRequest,
    arrival: Arrival,
  ): Promise<Lease> {
    const taken = await taking;
    const { signal } = request;
    if ('full' in taken) {
      this.core.handBack(grant, taken.full, taken.until, this.#options.clock());
      this.#arm();
    }
    const lease = 'full' in taken ? undefined : this.#handOut(grant, taken);
    if (signal.aborted) {
      lease?.release({ type: 'aborted' });
      throw abortFailure(signal);
    }
    return lease ?? this.#request(request, { ...arrival, isBack: true });
  }

  /** @returns undefined when the credential has been deleted */
  #handOut(grant: Grant, place: GrantedPlace | undefined): Lease | undefined {
    const credential = this.#options.credential(grant.slot.settings.id);
    if (credential !== undefined) return this.#leaseOf(grant, credential, place);
    place?.release();
    this.core.release(grant, { type: 'aborted' }, this.#options.clock());
    return undefined;
  }

  #leaseOf(grant: Grant, credential: Credential, place: GrantedPlace | undefined): Lease {
    return new PoolLease(credential, grant, this.core, this.#options.clock, place, this.#released);
  }

  readonly #released = (grant: Grant, outcome: Outcome): void => {
    this.#options.onReleased(grant, outcome);
    this.#arm();
  };

  #failureOf(refusal: Refusal): Error {
    return describeRefusal(refusal, this.core, this.#options.clock());
  }

  #arm(): void {
    const { wakeAt } = this.core;
    if (wakeAt === this.#timerAt) return;
    const { timers, clock } = this.#options;
    timers.clear(this.#timer);
    this.#timerAt = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    this.#timer = timers.set(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.tick();
      },
      Math.max(0, Math.ceil(wakeAt - clock())),
    );
  }
}
