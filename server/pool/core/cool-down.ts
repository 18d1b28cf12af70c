import type { Fault } from '../../conversation/failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The faults of an account that can take a credential out for a while. */
export type AccountCause = Exclude<Fault, 'request' | 'route' | 'model' | 'client' | 'gateway'>;
/** The faults of a route that can shut it for a while. */
export type RouteCause = Exclude<Fault, 'request' | 'token' | 'model' | 'client' | 'gateway'>;
export type CoolingCause = AccountCause | RouteCause;

/** A duration that grows: `first`, times `growth` for each earlier strike, at most `cap`. */
export interface Growth {
  readonly first: number;
  readonly growth: number;
  readonly cap: number;
  /** The cap holds as it is, without the spread of `grow`. */
  readonly exactCap?: true;
}

/** Whether what the upstream named is the time out, or only shortens ours. */
export type NamedTime = 'exact' | 'at-most';

/** What an outcome does to the credential. */
export interface CoolDownRule {
  /**
   * - `cool`: out until a time.
   * - `limit`: fewer at once; out for a moment only when it bore not even one.
   * - `invalid`, `blocked`: out until it is edited, reset, tested well, or the credits endpoint finds it well again.
   */
  readonly consequence: 'cool' | 'limit' | 'invalid' | 'blocked';
  /** The time out, when the upstream named none. Milliseconds. */
  readonly time?: Growth;
  readonly named?: NamedTime;
  /** One trial at a time after it, until one succeeds. */
  readonly probation?: true;
  /** The trouble may pass any moment: with nothing better free it is tried again after `URGENT_RETRY`. */
  readonly passing?: true;
  /** When the credits endpoint is asked whether the credential is well again; grows with each asking. Milliseconds. */
  readonly recheck?: Growth;
  /** The first time the endpoint is asked without delay. */
  readonly recheckAtOnce?: true;
}

/** One rule per fault, where the failure is about the account. */
export const coolDownRules: Readonly<Record<AccountCause, CoolDownRule>> = {
  // 401. Revived tokens come back by the re-check.
  token: {
    consequence: 'invalid',
    probation: true,
    recheck: { first: 10 * SECOND, growth: 2, cap: 6 * HOUR },
  },
  // 403. When the credits endpoint finds the account well at once, the refusal was about the endpoint, without saying so.
  entitlement: {
    consequence: 'blocked',
    probation: true,
    recheck: { first: 10 * SECOND, growth: 2, cap: 6 * HOUR },
    recheckAtOnce: true,
  },
  // 429, too fast.
  rate: {
    consequence: 'cool',
    time: { first: SECOND, growth: 2, cap: 2 * MINUTE },
    named: 'exact',
  },
  // 429, credits used up.
  quota: {
    consequence: 'cool',
    time: { first: MINUTE, growth: 2, cap: 15 * MINUTE },
    named: 'exact',
    recheck: { first: 15 * MINUTE, growth: 2, cap: 6 * HOUR },
  },
  // Too many at once. The learned limit is the remedy; the pause is for a credential that others use too.
  concurrency: {
    consequence: 'limit',
    time: { first: 250, growth: 2, cap: SECOND },
    named: 'at-most',
  },
  // 5xx, broken answers, connection errors. One alone hardly matters.
  transient: {
    consequence: 'cool',
    time: { first: 500, growth: 2, cap: MINUTE },
    named: 'at-most',
    probation: true,
    passing: true,
  },
  // Each trial of a hanging credential costs a client the whole wait: fewer of them.
  timeout: {
    consequence: 'cool',
    time: { first: 2 * SECOND, growth: 3, cap: MINUTE },
    named: 'at-most',
    probation: true,
    passing: true,
  },
};

/** How long a route stays shut for a credential, for a model or for all, after a failure that is the route's. */
export interface RouteRule {
  /** The time, when the upstream named none. Milliseconds. */
  readonly time: Growth;
  readonly named?: NamedTime;
  /** With nothing better open it is tried again after this at most; milliseconds. */
  readonly urgent: number;
}

/** With nothing better free, a passing trouble is tried again after at most this. */
export const URGENT_RETRY = 2 * SECOND;

/** The longest time: a route that stays shut is tried once an hour. */
const atMostHourly = { cap: HOUR, exactCap: true } as const;

/** One rule per fault, where the failure is about the route. */
export const routeRules: Readonly<Record<RouteCause, RouteRule>> = {
  // 404, a bare 403, an unknown model. A refusal may have been about what one request said: another one is not kept waiting.
  route: { time: { first: SECOND, growth: 4, ...atMostHourly }, urgent: 0 },
  entitlement: { time: { first: 5 * MINUTE, growth: 2, ...atMostHourly }, urgent: HOUR },
  rate: { time: { first: SECOND, growth: 2, ...atMostHourly }, named: 'exact', urgent: 10 * SECOND },
  quota: { time: { first: MINUTE, growth: 2, ...atMostHourly }, named: 'exact', urgent: 15 * MINUTE },
  concurrency: { time: { first: 250, growth: 2, cap: SECOND }, named: 'at-most', urgent: SECOND },
  transient: { time: { first: 500, growth: 2, ...atMostHourly }, named: 'at-most', urgent: URGENT_RETRY },
  timeout: { time: { first: 2 * SECOND, growth: 3, ...atMostHourly }, named: 'at-most', urgent: URGENT_RETRY },
};

/** How long a route is not asked again for a model that it does not have. */
export const MODEL_REFUSAL_HOLDS = 2 * SECOND;

/** A cool-down longer than this is begun and extended only while the credits endpoint does not contradict. */
export const LONG_BLOCK = 15 * MINUTE;
/** When the credits endpoint contradicts a quota refusal: out for this long only. */
export const contradictedTime: Growth = { first: 10 * SECOND, growth: 2, cap: 15 * MINUTE };
/** A blocked credential of which the credits endpoint knows nothing is tried again after this. */
export const BLIND_TRIAL = 6 * HOUR;
/** A named time beyond this is a mistake of somebody's. */
const LONGEST = 400 * 24 * HOUR;

/**
 * @param strikes how often it came in a row before
 * @param random 0 to 1; spreads the time over its upper half, so that credentials do not come back all at once
 */
export function grow(time: Growth, strikes: number, random: number): number {
  const spread = 0.5 + random / 2;
  const grown = time.first * time.growth ** strikes;
  return time.exactCap === true ? Math.min(time.cap, grown * spread) : Math.min(time.cap, grown) * spread;
}

/** The time out in milliseconds. @param namedSeconds what the upstream named, if anything */
export function coolDownTime(
  time: Growth,
  namedTime: NamedTime | undefined,
  strikes: number,
  namedSeconds: number | undefined,
  random: number,
): number {
  const named =
    namedSeconds !== undefined && Number.isFinite(namedSeconds) && namedSeconds >= 0
      ? Math.min(namedSeconds * SECOND, LONGEST)
      : undefined;
  if (named !== undefined && namedTime === 'exact') return named;
  const own = grow(time, strikes, random);
  return named === undefined ? own : Math.min(own, named);
}
