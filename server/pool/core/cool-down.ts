import type { Fault } from '../../conversation/failure.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The account faults that can take a credential out of use for a while. */
export type AccountCause = Exclude<Fault, 'request' | 'route' | 'model' | 'client' | 'gateway'>;
/** The route faults that can shut a route for a while. */
export type RouteCause = Exclude<Fault, 'request' | 'token' | 'model' | 'client' | 'gateway'>;
export type CoolingCause = AccountCause | RouteCause;

/** Exponential backoff: `first`, multiplied by `growth` for each earlier strike, up to `cap`. */
export interface Growth {
  readonly first: number;
  readonly growth: number;
  readonly cap: number;
  /** The cap applies after the random spread of `grow`, not before it. */
  readonly exactCap?: true;
}

/** Whether the upstream's retry delay is used exactly, or only shortens ours. */
export type NamedTime = 'exact' | 'at-most';

/** What a failure does to the credential. */
export interface CoolDownRule {
  /**
   * - `cool`: out of use until a time.
   * - `limit`: a lower concurrency limit; also a short pause when even a single request was refused.
   * - `invalid`, `blocked`: out of use until it is edited, reset or tested successfully, or the credits endpoint
   *   reports it as usable again.
   */
  readonly consequence: 'cool' | 'limit' | 'invalid' | 'blocked';
  /** The cool-down when the upstream names no time; milliseconds. */
  readonly time?: Growth;
  readonly named?: NamedTime;
  /** Allows one trial request at a time afterwards, until one succeeds. */
  readonly probation?: true;
  /** The problem may end at any moment: if nothing else is available, it is retried after `urgentRetryTime`. */
  readonly passing?: true;
  /** When to ask the credits endpoint whether the credential is usable again; grows with each check. Milliseconds. */
  readonly recheck?: Growth;
  /** The first check is made without delay. */
  readonly recheckAtOnce?: true;
}

/** The rules for account failures, by fault. */
export const coolDownRules: Readonly<Record<AccountCause, CoolDownRule>> = {
  // 401. A token that works again is noticed by the re-check.
  token: {
    consequence: 'invalid',
    probation: true,
    recheck: { first: 10 * second, growth: 2, cap: 6 * hour },
  },
  // 403. If the immediate check finds the account usable, the refusal was in fact about the endpoint.
  entitlement: {
    consequence: 'blocked',
    probation: true,
    recheck: { first: 10 * second, growth: 2, cap: 6 * hour },
    recheckAtOnce: true,
  },
  // 429, too many requests.
  rate: {
    consequence: 'cool',
    time: { first: second, growth: 2, cap: 2 * minute },
    named: 'exact',
  },
  // 429, credits used up.
  quota: {
    consequence: 'cool',
    time: { first: minute, growth: 2, cap: 15 * minute },
    named: 'exact',
    recheck: { first: 15 * minute, growth: 2, cap: 6 * hour },
  },
  // Too many concurrent requests. The learned limit solves this; the pause is for credentials that others also use.
  concurrency: {
    consequence: 'limit',
    time: { first: 250, growth: 2, cap: second },
    named: 'at-most',
  },
  // 5xx, broken answers, connection errors. A single one hardly matters.
  transient: {
    consequence: 'cool',
    time: { first: 500, growth: 2, cap: minute },
    named: 'at-most',
    probation: true,
    passing: true,
  },
  // Each trial of a hanging credential costs a client the whole timeout, so there are fewer of them.
  timeout: {
    consequence: 'cool',
    time: { first: 2 * second, growth: 3, cap: minute },
    named: 'at-most',
    probation: true,
    passing: true,
  },
};

/** How long a route stays shut for a credential, for a model or for all credentials after a route failure. */
export interface RouteRule {
  /** The duration when the upstream names no time; milliseconds. */
  readonly time: Growth;
  readonly named?: NamedTime;
  /** If nothing else is available, it is retried after at most this; milliseconds. */
  readonly urgent: number;
}

/** If nothing else is available, a transient problem is retried after at most this; milliseconds. */
export const urgentRetryTime = 2 * second;

/** A route that keeps failing is retried once an hour. */
const atMostHourly = { cap: hour, exactCap: true } as const;

/** The rules for route failures, by fault. */
export const routeRules: Readonly<Record<RouteCause, RouteRule>> = {
  // 404, a bare 403, an unknown model. The cause may be the one request, so another request may retry at once.
  route: { time: { first: second, growth: 4, ...atMostHourly }, urgent: 0 },
  entitlement: { time: { first: 5 * minute, growth: 2, ...atMostHourly }, urgent: hour },
  rate: { time: { first: second, growth: 2, ...atMostHourly }, named: 'exact', urgent: 10 * second },
  quota: { time: { first: minute, growth: 2, ...atMostHourly }, named: 'exact', urgent: 15 * minute },
  concurrency: { time: { first: 250, growth: 2, cap: second }, named: 'at-most', urgent: second },
  transient: { time: { first: 500, growth: 2, ...atMostHourly }, named: 'at-most', urgent: urgentRetryTime },
  timeout: { time: { first: 2 * second, growth: 3, ...atMostHourly }, named: 'at-most', urgent: urgentRetryTime },
};

/** How long a route is not retried for a model that it refused; milliseconds. */
export const modelRefusalTime = 2 * second;

/** A longer cool-down is started and extended only while the credits endpoint does not contradict it; milliseconds. */
export const longCoolDown = 15 * minute;
/** The cool-down when the credits endpoint contradicts a quota refusal; milliseconds. */
export const contradictedTime: Growth = { first: 10 * second, growth: 2, cap: 15 * minute };
/** A blocked credential is retried after this when the credits endpoint knows nothing about it; milliseconds. */
export const blindTrialTime = 6 * hour;
/** Longer retry delays from an upstream are treated as a mistake and capped; milliseconds. */
const maxNamedTime = 400 * 24 * hour;

/**
 * @param strikes how many incidents in a row came before
 * @param random 0 to 1; spreads the result over its upper half, so that credentials do not all return at once
 * @returns milliseconds
 */
export function grow(time: Growth, strikes: number, random: number): number {
  const spread = 0.5 + random / 2;
  const grown = time.first * time.growth ** strikes;
  return time.exactCap === true ? Math.min(time.cap, grown * spread) : Math.min(time.cap, grown) * spread;
}

/** The cool-down in milliseconds. @param namedSeconds the upstream's retry delay, if any */
export function coolDownTime(
  time: Growth,
  namedTime: NamedTime | undefined,
  strikes: number,
  namedSeconds: number | undefined,
  random: number,
): number {
  const named =
    namedSeconds !== undefined && Number.isFinite(namedSeconds) && namedSeconds >= 0
      ? Math.min(namedSeconds * second, maxNamedTime)
      : undefined;
  if (named !== undefined && namedTime === 'exact') return named;
  const own = grow(time, strikes, random);
  return named === undefined ? own : Math.min(own, named);
}
