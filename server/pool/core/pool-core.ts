import type { PoolSettings } from '../../settings/settings.ts';
import { AffinityMemory } from './affinity.ts';
import { type Demand, nextChangeOf, obstacleOf, wayOutOf } from './availability.ts';
import { choose } from './choose.ts';
import type { CoreOutcome, CoreRequest, Grant, Refusal, Skipped, Waiter } from './grant.ts';
import { applyFailure, applySuccess, type FailedAttempt, type FailureReport, takeBack } from './outcome.ts';
import { createSlot, forgetLearned, type Slot, type SlotSettings, setBack } from './slot.ts';

export interface CoreOptions {
  /** 0 to 1. */
  readonly random: () => number;
  readonly settings: () => PoolSettings;
  /** Called once for each waiter that leaves the queue, other than by `abandon`. */
  readonly onSettled: (waiter: Waiter, result: { grant: Grant } | { refusal: Refusal }) => void;
  /** Something worth keeping or showing changed. */
  readonly onChanged: (slot: Slot) => void;
}

/** Milliseconds by which time may seem to go back without the clock having been set back. */
const JITTER = 1000;
/** What asks nothing special of a credential. */
const ANYTHING: Demand = { model: '', exclude: new Set() };
const NOTHING_SKIPPED: readonly Skipped[] = [];

/**
 * The pool as a state machine: every method takes the time and works at once, without promises, timers or I/O. After
 * each of them no request waits that a credential could take.
 */
export class PoolCore {
  readonly #options: CoreOptions;
  readonly #affinity = new AffinityMemory();
  /** A set keeps the order of arrival and loses members from its middle cheaply. */
  readonly #waiters = new Set<Waiter>();
  readonly #candidates: Slot[] = [];
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
    forgetLearned(slot);
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** Takes in a failure that was met outside a request, in a test. */
  fail(slot: Slot, failure: FailureReport, now: number): void {
    const sequence = ++this.#sequence;
    this.#learn(slot, { report: failure, model: undefined, sequence, latest: sequence, inFlight: slot.inFlight, now });
  }

  /** Takes the credential back in at once. */
  heal(slot: Slot, now: number): void {
    takeBack(slot, now);
    this.#options.onChanged(slot);
    this.tick(now);
  }

  /** A credential at once, else a place in the queue, else a refusal. */
  request(request: CoreRequest, now: number): Grant | Waiter | Refusal {
    this.#follow(now);
    if (now >= this.#wakeAt) this.tick(now);
    const grant = this.#grant(request, now, now);
    if (grant !== undefined) return grant;
    const { queueSize, queueTimeout } = this.#options.settings();
    const deadline = Math.min(request.deadline, now + queueTimeout);
    const wayOut = this.wayOut(request, now);
    if (wayOut >= deadline || this.#waiters.size >= queueSize) return { wayOut, request };
    const waiter: Waiter = { request, arrivedAt: now, deadline };
    this.#waiters.add(waiter);
    this.#wakeAt = Math.min(this.#wakeAt, deadline, this.#nextChange(now));
    return waiter;
  }

  /** The waiter does not want it any more. */
  abandon(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** The upstream has begun to answer properly: the credential is good for more than one trial. */
  answered(grant: Grant, now: number): void {
    const { slot } = grant;
    if (!slot.health.probation || grant.epoch !== slot.epoch || grant.sequence <= slot.failedSequence) return;
    slot.health.probation = false;
    slot.trial = undefined;
    this.#serve(now);
  }

  /** Ends a grant. The first call counts, further ones do nothing. */
  release(grant: Grant, outcome: CoreOutcome, now: number): void {
    if (!grant.open) return;
    grant.open = false;
    this.#follow(now);
    const { slot, sequence } = grant;
    const { inFlight } = slot;
    slot.inFlight -= 1;
    if (slot.trial === sequence) slot.trial = undefined;
    if (grant.epoch === slot.epoch) {
      if (outcome.type === 'success') {
        if (applySuccess(slot, grant.model, sequence, inFlight, now)) this.#options.onChanged(slot);
      } else if (outcome.type === 'failure') {
        const { model } = grant;
        this.#learn(slot, { report: outcome.failure, model, sequence, latest: this.#sequence, inFlight, now });
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
    const wayOuts = new Map<string, number>();
    for (const waiter of this.#waiters) {
      const wayOut = this.#wayOutCached(waiter.request, now, wayOuts);
      if (now < waiter.deadline && wayOut < waiter.deadline) continue;
      this.#waiters.delete(waiter);
      this.#options.onSettled(waiter, { refusal: { wayOut, request: waiter.request } });
    }
    this.#wakeAt = this.#nextChange(now);
    for (const waiter of this.#waiters) if (waiter.deadline < this.#wakeAt) this.#wakeAt = waiter.deadline;
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** The earliest time at which some credential may take such a request; infinity if time alone brings none. */
  wayOut(demand: Demand, now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) earliest = Math.min(earliest, wayOutOf(slot, demand, now));
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
    for (const waiter of this.#waiters) {
      waiter.arrivedAt -= by;
      waiter.deadline -= by;
    }
    this.#wakeAt -= by;
  }

  #learn(slot: Slot, attempt: Omit<FailedAttempt, 'random'>): void {
    if (applyFailure(slot, { ...attempt, random: this.#options.random() })) {
      this.#options.onChanged(slot);
      this.tick(attempt.now);
    } else this.#serve(attempt.now);
  }

  #wayOutCached(request: CoreRequest, now: number, cache: Map<string, number>): number {
    if (request.exclude.size > 0) return this.wayOut(request, now);
    const wayOut = cache.get(request.model) ?? this.wayOut(request, now);
    cache.set(request.model, wayOut);
    return wayOut;
  }

  /** Gives free credentials to waiters, in the order of their arrival. */
  #serve(now: number): void {
    if (this.#waiters.size === 0) return;
    // Models that nothing free can take: those who wait for them need not be tried one by one.
    const stuck = new Set<string>();
    for (const waiter of this.#waiters) {
      const { request } = waiter;
      if (stuck.has(request.model)) continue;
      const grant = this.#grant(request, now, waiter.arrivedAt);
      if (grant !== undefined) {
        this.#waiters.delete(waiter);
        this.#options.onSettled(waiter, { grant });
      } else if (request.exclude.size === 0) {
        stuck.add(request.model);
        if (!this.#hasRoom(now)) return;
      }
    }
    if (this.#waiters.size === 0) this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** Whether any credential could take a request of some model. */
  #hasRoom(now: number): boolean {
    return this.#slots.some((slot) => obstacleOf(slot, ANYTHING, now, true) === undefined);
  }

  #nextChange(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) next = Math.min(next, nextChangeOf(slot, now));
    return next;
  }

  #grant(request: CoreRequest, now: number, arrivedAt: number): Grant | undefined {
    const settings = this.#options.settings();
    const candidates = this.#candidates;
    let skipped = this.#collect(request, now, false);
    if (candidates.length === 0) skipped = this.#collect(request, now, true);
    if (candidates.length === 0) return undefined;
    const remembered = settings.affinity ? this.#remembered(request, now) : undefined;
    const slot = choose(candidates, settings, request.exclude.size > 0, remembered);
    if (slot === undefined) return undefined;
    if (settings.affinity && request.affinityKey !== undefined) {
      this.#affinity.remember(request.affinityKey, slot.settings.id, now);
    }
    const sequence = ++this.#sequence;
    slot.inFlight += 1;
    slot.turn = sequence;
    slot.usedAt = now;
    if (slot.health.probation) slot.trial = sequence;
    return {
      slot,
      model: request.model,
      sequence,
      epoch: slot.epoch,
      reason: remembered === slot.settings.id ? 'affinity' : settings.strategy,
      skipped,
      waited: now - arrivedAt,
      open: true,
    };
  }

  /** Fills the candidates; returns the others with what stands in their way. */
  #collect(request: CoreRequest, now: number, urgent: boolean): readonly Skipped[] {
    const candidates = this.#candidates;
    candidates.length = 0;
    let skipped: Skipped[] | undefined;
    for (const slot of this.#slots) {
      const obstacle = obstacleOf(slot, request, now, urgent);
      if (obstacle === undefined) {
        candidates.push(slot);
      } else {
        skipped ??= [];
        skipped.push({ slot, obstacle, cause: obstacle === 'cooling' ? slot.health.cause : undefined });
      }
    }
    return skipped ?? NOTHING_SKIPPED;
  }

  /** The id of the conversation's credential. */
  #remembered({ affinityKey, opening }: CoreRequest, now: number): string | undefined {
    return affinityKey === undefined || opening === true ? undefined : this.#affinity.recall(affinityKey, now);
  }
}
