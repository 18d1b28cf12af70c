/** What a credential can do at the moment, as one word. The console has a label, a colour and a filter for each. */
export const standings = [
  'ready',
  'untested',
  'no-credits',
  'rate',
  'quota',
  'concurrency',
  'transient',
  'timeout',
  'token',
  'entitlement',
  'invalid',
  'blocked',
  'no-route',
  'draining',
  'disabled',
] as const;
export type Standing = (typeof standings)[number];

/**
 * The credential can take a request now. The pool also uses credentials without credits, but they will most likely
 * fail.
 */
export const usableStandings: readonly Standing[] = ['ready', 'untested'];
/** The admin has taken the credential out of service, so it does not count as missing. */
export const inactiveStandings: readonly Standing[] = ['draining', 'disabled'];

/** The fields of `credits` that determine the standing. */
interface KnownCredits {
  readonly status: 'ok' | 'rate-limited' | 'blocked' | 'unknown';
  readonly monthlyTotal?: number | undefined;
  readonly monthlyUsed?: number | undefined;
  readonly monthlyRemaining?: number | undefined;
  readonly dailyTotal?: number | undefined;
  readonly dailyUsed?: number | undefined;
  readonly dailyRemaining?: number | undefined;
}

interface KnownCredential {
  readonly enabled: boolean;
  readonly draining: boolean;
  readonly lastUsedAt: number | null;
  readonly state: {
    readonly name: 'ready' | 'cooling' | 'invalid' | 'blocked';
    readonly cause?:
      | Extract<Standing, 'rate' | 'quota' | 'concurrency' | 'transient' | 'timeout' | 'token' | 'entitlement'>
      | undefined;
    /** Unknown routes are ignored. */
    readonly routes: readonly { readonly name: 'open' | 'shut' | 'trial' | 'unknown' }[];
  };
  readonly credits: KnownCredits | null;
}

/** The admin's switches take precedence over the pool's findings, and those over the credits. */
export function standingOf({ enabled, draining, lastUsedAt, state, credits }: KnownCredential): Standing {
  if (!enabled) return 'disabled';
  if (state.name === 'invalid' || state.name === 'blocked') return state.name;
  if (draining) return 'draining';
  if (state.name === 'cooling') return state.cause ?? 'transient';
  if (isShutOut(state.routes)) return 'no-route';
  if (credits === null || credits.status === 'unknown') return lastUsedAt === null ? 'untested' : 'ready';
  if (credits.status === 'blocked') return 'blocked';
  return credits.status === 'rate-limited' || isUsedUp(credits) ? 'no-credits' : 'ready';
}

/** Every route that was tried is shut. */
function isShutOut(routes: KnownCredential['state']['routes']): boolean {
  const known = routes.filter(({ name }) => name !== 'unknown');
  return known.length > 0 && known.every(({ name }) => name === 'shut');
}

function isUsedUp(credits: KnownCredits): boolean {
  return [
    remainderOf(credits.monthlyTotal, credits.monthlyUsed, credits.monthlyRemaining),
    remainderOf(credits.dailyTotal, credits.dailyUsed, credits.dailyRemaining),
  ].some((remainder) => remainder !== undefined && remainder <= 0);
}

/** The remaining credits of a period, or undefined if too little is known. */
export function remainderOf(
  total: number | undefined,
  used: number | undefined,
  remaining: number | undefined,
): number | undefined {
  if (remaining !== undefined) return Math.max(0, remaining);
  return total === undefined || used === undefined ? undefined : Math.max(0, total - used);
}
