import type { Cancellation } from '../lib/cancellation.ts';
import type { Clock } from '../lib/clock.ts';
import type { PoolSettings } from '../settings/settings.ts';
import type { Endpoint } from './core/endpoint.ts';
import type { Grant, Refusal, Waiter } from './core/grant.ts';
import { PoolCore } from './core/pool-core.ts';
import type { Slot } from './core/slot.ts';
import type { Credential } from './credential.ts';
import { describeRefusal } from './exhausted.ts';
import { abortFailure, type Lease, type LeaseRequest, type Outcome, PoolLease } from './lease.ts';
import type { TimerHandle, Timers } from './timers.ts';

export interface LeaseDeskOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly timers: Timers;
  readonly settings: () => PoolSettings;
  readonly credential: (id: string) => Credential | undefined;
  readonly onChanged: (slot: Slot) => void;
  readonly onReleased: (grant: Grant, outcome: Outcome) => void;
}

interface Waiting {
  readonly resolve: (lease: Lease) => void;
  readonly reject: (failure: Error) => void;
  readonly stopListening: () => void;
}

/** Puts promises, timers and abort signals around the pool's core. */
export class LeaseDesk {
  readonly core: PoolCore;
  readonly #options: LeaseDeskOptions;
  readonly #waiting = new Map<Waiter, Waiting>();
  #timer: TimerHandle | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    this.core = new PoolCore({
      random: options.random,
      settings: options.settings,
      onChanged: options.onChanged,
      onSettled: (waiter, result) => this.#settle(waiter, result),
    });
  }

  lease(request: LeaseRequest): Lease | Promise<Lease> {
    if (request.signal.aborted) throw abortFailure(request.signal);
    const result = this.core.request(request, this.#options.clock());
    if ('sequence' in result) return this.#leaseOf(result);
    if ('wayOut' in result) throw this.#failureOf(result);
    return this.#wait(result, request.signal);
  }

  probe(slot: Slot, endpoint: Endpoint): Lease {
    return this.#leaseOf(this.core.probe(slot, endpoint, this.#options.clock()));
  }

  /** To be called after the core was told something from outside. */
  tick(): void {
    this.core.tick(this.#options.clock());
    this.#arm();
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
  }

  #wait(waiter: Waiter, signal: Cancellation): Promise<Lease> {
    const promise = new Promise<Lease>((resolve, reject) => {
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
    if ('grant' in result) waiting.resolve(this.#leaseOf(result.grant));
    else waiting.reject(this.#failureOf(result.refusal));
  }

  #leaseOf(grant: Grant): Lease {
    const credential = this.#options.credential(grant.slot.settings.id);
    if (credential === undefined) throw new Error('The pool granted a credential that it does not hold.');
    return new PoolLease(credential, grant, this.core, this.#options.clock, this.#released);
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
