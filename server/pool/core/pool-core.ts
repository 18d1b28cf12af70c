import type { PoolSettings } from '../../settings/settings.ts';
import { AffinityMemory, type CacheUse, type Place, type StoredPlace } from './affinity.ts';
import { type Demand, findOffer, nextChangeOf, obstacleOf, type Reach, type Search, wayOutOf } from './availability.ts';
import type { Endpoint } from './endpoint.ts';
import type { FailureReport } from './evidence.ts';
import type { Arrival, CoreOutcome, CoreRequest, Grant, Refusal, Waiter } from './grant.ts';
import { learnOfRoute } from './learn-of-route.ts';
import { applyFailure, applyRouteSuccess, applySuccess, type FailedAttempt, isAccounts, takeBack } from './outcome.ts';
import { RouteStandings } from './route-standings.ts';
import { type Selected, Selection } from './selection.ts';
import { createSlot, forgetLearned, routeOf, type Slot, type SlotSettings, setBack } from './slot.ts';
import { forgetRoute, type SlotRoute } from './slot-route.ts';
import { beginTrials, easeGates, endTrials, giveBackToRamps, hurryGates, raiseRamps } from './trials.ts';
import { TriedEndpoints } from './tried-endpoints.ts';
import { WaitingLine } from './waiting-line.ts';

export interface CoreOptions {
  /** 0 to 1. */
  readonly random: () => number;
  readonly settings: () => PoolSettings;
  /** Called once for each waiter that leaves the queue, other than by `abandon`. */
  readonly onSettled: (waiter: Waiter, result: { grant: Grant } | { refusal: Refusal }) => void;
  /** Something worth keeping or showing changed. */
  readonly onChanged: (slot: Slot) => void;
  /** A conversation has a place that it had not, or was not told of for long. */
  readonly onPlaced?: (affinityKey: string, place: Place) => void;
}

/** Milliseconds by which time may seem to go back without the clock having been set back. */
const JITTER = 1000;
/** What asks nothing special of a credential. */
const ANYTHING: Demand = { endpoints: [], exclude: new TriedEndpoints() };

/**
 * The pool as a state machine: every method takes the time and works at once, without promises, timers or I/O. After
 * each of them no request waits that a credential could take.
 */
export class PoolCore {
  readonly #options: CoreOptions;
  readonly #affinity = new AffinityMemory();
  readonly #waiters = new WaitingLine();
  readonly #standings = new RouteStandings();
  readonly #selection = new Selection(this.#standings);
  #slots: Slot[] = [];
  #sequence = 0;
  /** The last time that it was told. */
  #now = 0;
  /** When time alone may settle a waiter. */
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(options: CoreOptions) {
    this.#options = options;
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** When `tick` is due, in milliseconds since the epoch; infinity when it is not. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  slot(id: string): Slot | undefined {
    return this.#slots.find((slot) => slot.settings.id === id);
  }

  /** Makes the pool hold exactly these, in this order. What is known of those that stay is kept. */
  configure(settings: readonly SlotSettings[], now: number): void {
    const known = new Map(this.#slots.map((slot) => [slot.settings.id, slot]));
    this.#slots = settings.map((one) => {
      const slot = known.get(one.id) ?? createSlot(one);
      slot.settings = one;
      return slot;
    });
    this.tick(now);
  }

  /** Forgets cool-downs, causes and learned limits. */
  forget(slot: Slot, now: number): void {
    forgetLearned(slot, this.#sequence);
    this.#standings.forget();
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** The same for one route of the credential. */
  forgetRoute(slot: Slot, name: string, now: number): void {
    forgetRoute(routeOf(slot, name), this.#sequence);
    this.#standings.forget();
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** Takes in a failure that was met outside a request, in a test. */
  fail(slot: Slot, failure: FailureReport, now: number): void {
    const sequence = ++this.#sequence;
    const { inFlight } = slot;
    this.#learn(slot, { report: failure, endpoint: undefined, sequence, latest: sequence, inFlight, now });
  }

  /** Takes the credential back in at once. */
  heal(slot: Slot, now: number): void {
    takeBack(slot, now);
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** A credential at once, else a place in the queue, else a refusal. */
  request(request: CoreRequest, now: number, arrival = arrivalAt(now)): Grant | Waiter | Refusal {
    this.#follow(now);
    if (now >= this.#wakeAt) this.tick(now);
    const grant = this.#grant(request, now, arrival.at);
    if (grant !== undefined) return grant;
    const { queueSize, queueTimeout } = this.#options.settings();
    const deadline = Math.min(request.deadline, arrival.at + queueTimeout);
    const wayOut = this.wayOut(request, now);
    const isFull = this.#waiters.size >= queueSize && (!arrival.isBack || queueSize === 0);
    if (wayOut >= deadline || isFull) return { wayOut, request };
    const waiter: Waiter = { request, order: arrival.order, arrivedAt: arrival.at, deadline };
    this.#waiters.add(waiter);
    this.#wakeAt = Math.min(this.#wakeAt, deadline, this.#nextChange(now));
    return waiter;
  }

  /** The waiter does not want it any more. */
  abandon(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** The credential at once by this endpoint, whatever speaks against it: for what the admin wants to know. */
  probe(slot: Slot, endpoint: Endpoint, now: number): Grant {
    this.#follow(now);
    return this.#open({ slot, endpoint, reason: 'probe', skipped: [] }, undefined, now, now);
  }

  /** The upstream has begun to answer properly: credential and route are good for more than one trial. */
  answered(grant: Grant, now: number): void {
    const { slot, sequence } = grant;
    this.#raise(grant);
    if (grant.epoch !== slot.epoch) return;
    if (slot.health.probation && sequence > slot.failedSequence) {
      slot.health.probation = false;
      slot.trial = undefined;
    }
    easeGates(grant, this.#standings);
    this.#serve(now);
  }

  /** Other replicas have filled to its limit what the grant is of: it goes back, and that is left alone until then. */
  handBack(grant: Grant, full: Slot | SlotRoute, until: number, now: number): void {
    this.leaveToOthers(full, until);
    this.release(grant, { type: 'aborted' }, now);
  }

  /** Gives no more of a credential, or of one of its routes, until then. */
  leaveToOthers(full: Slot | SlotRoute, until: number): void {
    full.fullUntil = until;
    if (this.#waiters.size > 0) this.#wakeAt = Math.min(this.#wakeAt, until);
  }

  /**
   * Takes in what other replicas learned.
   *
   * @param apply is given the number of the latest grant so far: requests under way here began before the news
   */
  adopt(apply: (latest: number) => void, now: number): void {
    apply(this.#sequence);
    this.tick(now);
  }

  knowsPlace(affinityKey: string, now: number): boolean {
    return this.#affinity.recall(affinityKey, now) !== undefined;
  }

  rememberPlace(affinityKey: string, { id, endpoint }: Place, now: number): void {
    this.#affinity.remember(affinityKey, id, endpoint, now);
  }

  /** The latest conversations that were last on a credential, for a restart. */
  placesOf(slot: Slot, most: number, now: number): StoredPlace[] {
    return this.#affinity.placesOf(slot.settings.id, now, most);
  }

  restorePlaces(slot: Slot, places: readonly StoredPlace[], now: number): void {
    this.#affinity.restore(slot.settings.id, places, now);
  }

  /** Ends a grant. The first call counts, further ones do nothing. */
  release(grant: Grant, outcome: CoreOutcome, now: number): void {
    if (!grant.open) return;
    grant.open = false;
    this.#follow(now);
    const { slot, route, endpoint, sequence } = grant;
    const inFlight = slot.inFlight + slot.elsewhere;
    const routeInFlight = route.inFlight + slot.elsewhere;
    slot.inFlight -= 1;
    route.inFlight -= 1;
    endTrials(grant, this.#standings);
    if (outcome.type === 'success') this.#raise(grant);
    else if (!grant.answered) giveBackToRamps(grant);
    if (outcome.type === 'success') this.#learnOfCache(grant, outcome.cached, now);
    if (grant.epoch === slot.epoch) {
      if (outcome.type === 'success') {
        const changed = applySuccess(slot, sequence, inFlight, now);
        const routeChanged = applyRouteSuccess(route, endpoint.upstreamModel, sequence, routeInFlight, now);
        if (this.#standings.pass(endpoint, sequence)) hurryGates(this.#slots, endpoint, now);
        if (changed || routeChanged) this.#options.onChanged(slot);
      } else if (outcome.type === 'failure') {
        const attempt = { report: outcome.failure, endpoint, sequence, latest: this.#sequence, inFlight, now };
        this.#learn(slot, attempt, grant, routeInFlight);
        return;
      }
    }
    this.#serve(now);
  }

  /** Time has passed, or what is known of a credential was changed from outside: settles whom it can. */
  tick(now: number): void {
    this.#follow(now);
    if (this.#waiters.size === 0) return;
    this.#serve(now);
    const wayOuts = new Map<readonly Endpoint[], number>();
    for (const waiter of this.#waiters) {
      const wayOut = this.#wayOutCached(waiter.request, now, wayOuts);
      if (now < waiter.deadline && wayOut < waiter.deadline) continue;
      this.#waiters.delete(waiter);
      this.#options.onSettled(waiter, { refusal: { wayOut, request: waiter.request } });
    }
    const isEmpty = this.#waiters.size === 0;
    this.#wakeAt = isEmpty
      ? Number.POSITIVE_INFINITY
      : Math.min(this.#nextChange(now), this.#waiters.earliestDeadline());
  }

  /** The credentials that may take such a request now. */
  available(demand: Demand, reach: Reach, now: number): Slot[] {
    const search = { ...this.#searchFor(demand, now), reach };
    return this.#slots.filter((slot) => obstacleOf(slot, search) === undefined && findOffer(slot, search) >= 0);
  }

  /** The credentials that time may bring to take such a request. */
  hopeful(demand: Demand, now: number): Slot[] {
    const search = this.#searchFor(demand, now);
    return this.#slots.filter((slot) => wayOutOf(slot, search) !== Number.POSITIVE_INFINITY);
  }

  /** The earliest time at which some credential may take such a request; infinity if time alone brings none. */
  wayOut(demand: Demand, now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    const search = this.#searchFor(demand, now);
    for (const slot of this.#slots) earliest = Math.min(earliest, wayOutOf(slot, search));
    return earliest;
  }

  /**
   * When the clock was set back, what was to end by it ends as much earlier: no cool-down lasts for hours then, and no wait.
   * Only what had passed since this was last told the time passes twice.
   */
  #follow(now: number): void {
    const by = this.#now - now;
    this.#now = now;
    if (by <= JITTER) return;
    for (const slot of this.#slots) setBack(slot, by);
    this.#standings.setBack(by);
    this.#waiters.setBack(by);
    this.#wakeAt -= by;
  }

  #raise(grant: Grant): void {
    if (!grant.answered) raiseRamps(grant);
    grant.answered = true;
  }

  #learn(slot: Slot, attempt: Omit<FailedAttempt, 'random'>, grant?: Grant, routeInFlight = 0): void {
    const failed = { ...attempt, random: this.#options.random() };
    const changed =
      grant === undefined || isAccounts(failed.report)
        ? applyFailure(slot, failed)
        : learnOfRoute(this.#standings, this.#slots, grant, failed, routeInFlight);
    if (changed) {
      this.#options.onChanged(slot);
      this.tick(attempt.now);
    } else this.#serve(attempt.now);
  }

  #wayOutCached(request: CoreRequest, now: number, cache: Map<readonly Endpoint[], number>): number {
    if (request.exclude.size > 0) return this.wayOut(request, now);
    const wayOut = cache.get(request.endpoints) ?? this.wayOut(request, now);
    cache.set(request.endpoints, wayOut);
    return wayOut;
  }

  /** Gives free credentials to waiters, in the order of their arrival. */
  #serve(now: number): void {
    if (this.#waiters.size === 0) return;
    // Models that nothing free can take: those who wait for them need not be tried one by one.
    const stuck = new Set<readonly Endpoint[]>();
    for (const waiter of this.#waiters) {
      const { request } = waiter;
      if (stuck.has(request.endpoints)) continue;
      const grant = this.#grant(request, now, waiter.arrivedAt);
      if (grant !== undefined) {
        this.#waiters.delete(waiter);
        this.#options.onSettled(waiter, { grant });
      } else if (request.exclude.size === 0) {
        stuck.add(request.endpoints);
        if (!this.#hasRoom(now)) return;
      }
    }
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** Whether any credential could take a request of some model. */
  #hasRoom(now: number): boolean {
    const search = this.#searchFor(ANYTHING, now);
    return this.#slots.some((slot) => obstacleOf(slot, search) === undefined);
  }

  #nextChange(now: number): number {
    let next = this.#standings.nextChange(now);
    for (const slot of this.#slots) next = Math.min(next, nextChangeOf(slot, now));
    return next;
  }

  #searchFor(demand: Demand, now: number): Search {
    const { maxAttempts: maxCredentials } = this.#options.settings();
    return { demand, reach: 'urgent', now, maxCredentials, standings: this.#standings };
  }

  #grant(request: CoreRequest, now: number, arrivedAt: number): Grant | undefined {
    const settings = this.#options.settings();
    const { affinityKey, opening } = request;
    const key = settings.affinity ? affinityKey : undefined;
    const remembered = key === undefined || opening === true ? undefined : this.#affinity.recall(key, now);
    const selected = this.#selection.select(this.#slots, request, settings, remembered, now);
    if (selected === undefined) return undefined;
    if (key !== undefined) this.#remember(key, selected, now);
    return this.#open(selected, key, now, arrivedAt);
  }

  #learnOfCache({ affinityKey, slot, endpoint }: Grant, cached: CacheUse | undefined, now: number): void {
    if (affinityKey === undefined || cached === undefined) return;
    this.#affinity.learn(affinityKey, slot.settings.id, endpoint, cached, now);
  }

  #remember(key: string, { slot, endpoint }: Selected, now: number): void {
    const { id } = slot.settings;
    if (this.#affinity.remember(key, id, endpoint, now)) this.#options.onPlaced?.(key, { id, endpoint });
  }

  #open(
    { slot, endpoint, reason, skipped }: Selected,
    affinityKey: string | undefined,
    now: number,
    arrivedAt: number,
  ): Grant {
    const sequence = ++this.#sequence;
    const route = routeOf(slot, endpoint.route);
    slot.inFlight += 1;
    route.inFlight += 1;
    slot.turn = sequence;
    slot.usedAt = now;
    const waited = now - arrivedAt;
    const grant = {
      slot,
      endpoint,
      route,
      sequence,
      epoch: slot.epoch,
      reason,
      skipped,
      waited,
      affinityKey,
      open: true,
      answered: false,
    };
    beginTrials(grant, this.#standings);
    return grant;
  }
}

function arrivalAt(at: number): Arrival {
  return { at, order: 0, isBack: false };
}
