import { conditionAt, type Slot } from './slot.ts';

/** Why a credential cannot take a request now. */
export type Obstacle =
  | 'disabled'
  | 'draining'
  | 'already tried'
  | 'invalid'
  | 'blocked'
  | 'cooling'
  | 'cooling for this model'
  | 'on trial'
  | 'at its limit';

/** What of a request decides which credentials can take it. */
export interface Demand {
  readonly model: string;
  /** Credentials this exchange has tried. */
  readonly exclude: ReadonlySet<string>;
}

/** How many requests at once the credential may have: the owner's limit and the learned one. */
export function limitOf(slot: Slot): number {
  const learned = slot.learned === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(slot.learned.limit));
  return slot.settings.maxConcurrency === null ? learned : Math.min(learned, slot.settings.maxConcurrency);
}

/** @param urgent nothing better is free: passing troubles are tried again sooner */
export function obstacleOf(slot: Slot, demand: Demand, now: number, urgent: boolean): Obstacle | undefined {
  const { settings, health } = slot;
  if (!settings.enabled) return 'disabled';
  if (settings.draining) return 'draining';
  if (demand.exclude.size > 0 && demand.exclude.has(settings.id)) return 'already tried';
  if (health.condition !== 'ready') {
    if (health.condition !== 'cooling') return health.condition;
    if (now < (urgent ? health.urgentUntil : health.until)) return 'cooling';
  }
  if (slot.models.size > 0) {
    const model = slot.models.get(demand.model);
    if (model !== undefined && now < model.until) return 'cooling for this model';
  }
  if (health.probation && slot.trial !== undefined) return 'on trial';
  if (slot.inFlight >= limitOf(slot)) return 'at its limit';
  return undefined;
}

/**
 * The earliest time at which the credential may take such a request: `now` when it depends on a request in flight,
 * infinity when time alone does not bring it back.
 */
export function wayOutOf(slot: Slot, demand: Demand, now: number): number {
  const { settings, health } = slot;
  if (!settings.enabled || settings.draining || demand.exclude.has(settings.id)) return Number.POSITIVE_INFINITY;
  if (health.condition === 'invalid' || health.condition === 'blocked') return Number.POSITIVE_INFINITY;
  const own = health.condition === 'cooling' ? Math.min(health.until, health.urgentUntil) : now;
  return Math.max(now, own, slot.models.get(demand.model)?.until ?? now);
}

/** The next time after `now` at which time alone changes what the credential can take; infinity if none. */
export function nextChangeOf(slot: Slot, now: number): number {
  const { health } = slot;
  let next = Number.POSITIVE_INFINITY;
  if (conditionAt(health, now) === 'cooling') {
    next = health.urgentUntil > now ? health.urgentUntil : health.until;
  }
  for (const model of slot.models.values()) if (model.until > now && model.until < next) next = model.until;
  return next;
}
