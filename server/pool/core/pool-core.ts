import type { PoolSettings } from '../../settings/settings.ts';
import type { AffinityMemory, Place } from './affinity.ts';
import type { Endpoint } from './endpoint.ts';
import type { FailureReport } from './evidence.ts';
import type { Arrival, CoreOutcome, CoreRequest, Grant, Refusal, Waiter } from './grant.ts';
import { GrantMaker } from './grant-maker.ts';
import {
  applyFailure,
  applyRouteSuccess,
  applySuccess,
  type FailedAttempt,
  isAboutAccount,
  makeReady,
} from './outcome.ts';
import { PoolAvailability } from './pool-availability.ts';
import { recordRouteFailure } from './record-route-failure.ts';
import { RouteStandings } from './route-standings.ts';
import { createSlot, forgetLearned, routeOf, type Slot, type SlotSettings, setBack } from './slot.ts';
import { forgetRoute, type SlotRoute } from './slot-route.ts';
import { allowTrialsNow, endRouteProbation, endTrials, giveBackToRamps, raiseRamps } from './trials.ts';
import { WaitQueue } from './wait-queue.ts';

export interface CoreOptions {
  /** 0 to 1. */
  readonly random: () => number;
  readonly settings: () => PoolSettings;
  /** Called once for each waiter that leaves the queue, except through `abandon`. */
  readonly onSettled: (waiter: Waiter, result: { grant: Grant } | { refusal: Refusal }) => void;
  /** Something changed that should be saved or displayed. */
  readonly onChanged: (slot: Slot) => void;
  /** A conversation's place is new, has changed, or was announced long ago. */
  readonly onPlaced?: (affinityKey: string, place: Place) => void;
}

/** Smaller backward jumps of the clock are ignored; milliseconds. */
const clockTolerance = 1000;

/**
 * The pool as a synchronous state machine: every method takes the current time and uses no promises, timers or I/O.
 * After each call, no request is left waiting that a credential could take.
 */
export class PoolCore {
  readonly availability: PoolAvailability;
  readonly #options: CoreOptions;
  readonly #waiters = new WaitQueue();
  readonly #standings = new RouteStandings();
  readonly #grants: GrantMaker;
  #slots: Slot[] = [];
  /** The time of the latest call. */
  #now = 0;
  /** When `tick` may settle a waiter. */
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(options: CoreOptions) {
    this.#options = options;
    const { settings, onPlaced } = options;
    this.#grants = new GrantMaker({ settings, standings: this.#standings, onPlaced });
    this.availability = new PoolAvailability({ slots: () => this.#slots, settings, standings: this.#standings });
  }

  /** Where conversations were last. */
  get affinity(): AffinityMemory {
    return this.#grants.affinity;
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** When `tick` is due, in milliseconds since the epoch; infinity when nothing is due. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  slot(id: string): Slot | undefined {
    return this.#slots.find((slot) => slot.settings.id === id);
  }

  /** Sets the pool's credentials and their order. Credentials that remain keep their state. */
  configure(settings: readonly SlotSettings[], now: number): void {
    const known = new Map(this.#slots.map((slot) => [slot.settings.id, slot]));
    this.#slots = settings.map((one) => {
      const slot = known.get(one.id) ?? createSlot(one);
      slot.settings = one;
      return slot;
    });
    this.tick(now);
  }

  /** Resets the credential's health, routes and learned limits. */
  forget(slot: Slot, now: number): void {
    forgetLearned(slot, this.#grants.latest);
    this.#standings.forget();
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** Resets one route of the credential. */
  forgetRoute(slot: Slot, name: string, now: number): void {
    forgetRoute(routeOf(slot, name), this.#grants.latest);
    this.#standings.forget();
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** Applies a failure from a credential test, outside a request. */
  fail(slot: Slot, failure: FailureReport, now: number): void {
    const sequence = this.#grants.nextSequence();
    const { inFlight } = slot;
    this.#learn(slot, { report: failure, endpoint: undefined, sequence, latest: sequence, inFlight, now });
  }

  /** Makes the credential ready immediately. */
  makeReady(slot: Slot, now: number): void {
    makeReady(slot, now);
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** Returns a grant if a credential is available, otherwise a queued waiter, otherwise a refusal. */
  request(request: CoreRequest, now: number, arrival = arrivalAt(now)): Grant | Waiter | Refusal {
    this.#followClock(now);
    if (now >= this.#wakeAt) this.tick(now);
    const grant = this.#grants.grant(this.#slots, request, now, arrival.at);
    if (grant !== undefined) return grant;
    const { queueSize, queueTimeout } = this.#options.settings();
    const deadline = Math.min(request.deadline, arrival.at + queueTimeout);
    const availableAt = this.availability.earliest(request, now);
    const isFull = this.#waiters.size >= queueSize && (!arrival.isBack || queueSize === 0);
    if (availableAt >= deadline || isFull) return { availableAt, request };
    const waiter: Waiter = { request, order: arrival.order, arrivedAt: arrival.at, deadline };
    this.#waiters.add(waiter);
    this.#wakeAt = Math.min(this.#wakeAt, deadline, this.availability.nextChange(now));
    return waiter;
  }

  /** Removes a waiter that was cancelled. */
  abandon(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** Grants this credential and endpoint immediately, ignoring health and limits: for tests by the admin. */
  probe(slot: Slot, endpoint: Endpoint, now: number): Grant {
    this.#followClock(now);
    return this.#grants.open({ slot, endpoint, reason: 'probe', skipped: [] }, undefined, now, now);
  }

  /** Call when the answer has started: the credential and the route then take more than one trial request. */
  answered(grant: Grant, now: number): void {
    const { slot, sequence } = grant;
    this.#markAnswered(grant);
    if (grant.epoch !== slot.epoch) return;
    if (slot.health.probation && sequence > slot.failedSequence) {
      slot.health.probation = false;
      slot.trial = undefined;
    }
    endRouteProbation(grant, this.#standings);
    this.#serve(now);
  }

  /** Returns a grant because other replicas use the whole limit, and grants no more of that limit until then. */
  handBack(grant: Grant, full: Slot | SlotRoute, until: number, now: number): void {
    this.leaveToOthers(full, until);
    this.release(grant, { type: 'aborted' }, now);
  }

  /** Grants no more of a credential, or of one of its routes, until then. */
  leaveToOthers(full: Slot | SlotRoute, until: number): void {
    full.fullUntil = until;
    if (this.#waiters.size > 0) this.#wakeAt = Math.min(this.#wakeAt, until);
  }

  /**
   * Applies what other replicas learned.
   *
   * @param apply receives the latest grant's sequence number: requests in flight here started before this news
   */
  adopt(apply: (latest: number) => void, now: number): void {
    apply(this.#grants.latest);
    this.tick(now);
  }

  /** Ends a grant. Only the first call has an effect. */
  release(grant: Grant, outcome: CoreOutcome, now: number): void {
    if (!grant.open) return;
    grant.open = false;
    this.#followClock(now);
    const { slot, route, endpoint, sequence } = grant;
    const inFlight = slot.inFlight + slot.inFlightElsewhere;
    const routeInFlight = route.inFlight + slot.inFlightElsewhere;
    slot.inFlight -= 1;
    route.inFlight -= 1;
    endTrials(grant, this.#standings);
    const isCurrent = grant.epoch === slot.epoch;
    if (outcome.type === 'success') {
      this.#markAnswered(grant);
      this.#grants.recordCacheUse(grant, outcome.cached, now);
      if (isCurrent) this.#learnSuccess(grant, inFlight, routeInFlight, now);
    } else if (!grant.answered) giveBackToRamps(grant);
    if (isCurrent && outcome.type === 'failure') {
      const attempt = { report: outcome.failure, endpoint, sequence, latest: this.#grants.latest, inFlight, now };
      this.#learn(slot, attempt, grant, routeInFlight);
    } else this.#serve(now);
  }

  /** Settles the waiters that can be settled. Call it when `wakeAt` is reached or a slot was changed from outside. */
  tick(now: number): void {
    this.#followClock(now);
    if (this.#waiters.size === 0) return;
    this.#serve(now);
    const cache = new Map<readonly Endpoint[], number>();
    for (const waiter of this.#waiters) {
      const availableAt = this.availability.earliestCached(waiter.request, now, cache);
      if (now < waiter.deadline && availableAt < waiter.deadline) continue;
      this.#waiters.delete(waiter);
      this.#options.onSettled(waiter, { refusal: { availableAt, request: waiter.request } });
    }
    const isEmpty = this.#waiters.size === 0;
    this.#wakeAt = isEmpty
      ? Number.POSITIVE_INFINITY
      : Math.min(this.availability.nextChange(now), this.#waiters.earliestDeadline());
  }

  /**
   * When the clock was set back, moves all times back by the same amount, so that no cool-down or wait is prolonged.
   * Only the time since the previous call counts twice.
   */
  #followClock(now: number): void {
    const by = this.#now - now;
    this.#now = now;
    if (by <= clockTolerance) return;
    for (const slot of this.#slots) setBack(slot, by);
    this.#standings.setBack(by);
    this.#waiters.setBack(by);
    this.#wakeAt -= by;
  }

  #markAnswered(grant: Grant): void {
    if (!grant.answered) raiseRamps(grant);
    grant.answered = true;
  }

  /** @param inFlight @param routeInFlight the requests on the credential and on the route, with this one */
  #learnSuccess(
    { slot, route, endpoint, sequence }: Grant,
    inFlight: number,
    routeInFlight: number,
    now: number,
  ): void {
    const changed = applySuccess(slot, sequence, inFlight, now);
    const routeChanged = applyRouteSuccess(route, endpoint.upstreamModel, sequence, routeInFlight, now);
    if (this.#standings.pass(endpoint, sequence)) allowTrialsNow(this.#slots, endpoint, now);
    if (changed || routeChanged) this.#options.onChanged(slot);
  }

  #learn(slot: Slot, attempt: Omit<FailedAttempt, 'random'>, grant?: Grant, routeInFlight = 0): void {
    const failed = { ...attempt, random: this.#options.random() };
    const changed =
      grant === undefined || isAboutAccount(failed.report)
        ? applyFailure(slot, failed)
        : recordRouteFailure(this.#standings, this.#slots, grant, failed, routeInFlight);
    if (changed) {
      this.#options.onChanged(slot);
      this.tick(attempt.now);
    } else this.#serve(attempt.now);
  }

  /** Grants available credentials to waiters, in order of arrival. */
  #serve(now: number): void {
    if (this.#waiters.size === 0) return;
    // Models that no available credential can serve. Their waiters need not be tried one by one.
    const stuck = new Set<readonly Endpoint[]>();
    for (const waiter of this.#waiters) {
      const { request } = waiter;
      if (stuck.has(request.endpoints)) continue;
      const grant = this.#grants.grant(this.#slots, request, now, waiter.arrivedAt);
      if (grant !== undefined) {
        this.#waiters.delete(waiter);
        this.#options.onSettled(waiter, { grant });
      } else if (request.exclude.size === 0) {
        stuck.add(request.endpoints);
        if (!this.availability.hasRoom(now)) return;
      }
    }
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }
}

function arrivalAt(at: number): Arrival {
  return { at, order: 0, isBack: false };
}
