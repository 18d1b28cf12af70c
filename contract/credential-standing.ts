/** What one credential is good for just now, in one word: each has words, a colour and a filter in the console. */
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

/** Can take a request now: the pool gives it some. One without credits is given some too, but will hardly answer. */
export const ableStandings: readonly Standing[] = ['ready', 'untested'];
/** Set aside by the owner: not counted as missing. */
export const restingStandings: readonly Standing[] = ['draining', 'disabled'];

/** The credits that a standing is read from; see `credits`. */
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
    /** Those that nothing is known of count for nothing. */
    readonly routes: readonly { readonly name: 'open' | 'shut' | 'trial' | 'unknown' }[];
  };
  readonly credits: KnownCredits | null;
}

/** The owner's own switches count before the pool's findings, and those before what the credits say. */
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

/** Every route that it was used by refuses or fails. */
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

/** What is left of a period's credits, where enough of it is known. */
export function remainderOf(
  total: number | undefined,
  used: number | undefined,
  remaining: number | undefined,
): number | undefined {
  if (remaining !== undefined) return Math.max(0, remaining);
  return total === undefined || used === undefined ? undefined : Math.max(0, total - used);
}
