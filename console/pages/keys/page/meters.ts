import type { z } from 'zod';
import type { KeyLimits, keyRoutes } from '../../../../contract/keys.ts';
import type { NumberLimit } from '../key-values.ts';

type KeyWithSpending = z.infer<NonNullable<typeof keyRoutes.get.response>>;

/** A limit and its usage. */
export interface Meter {
  readonly name: NumberLimit;
  readonly limit: number;
  /** Undefined if unknown. */
  readonly used: number | undefined;
  /** When a budget resets; milliseconds since the epoch. */
  readonly resetsAt: number | undefined;
}

/** Usage in the current minute. */
export interface LastMinute {
  readonly requests: number;
  readonly tokens: number;
}

/**
 * The configured limits with their usage. Usage of the concurrency limit is unknown, because only the gateway counts
 * it.
 */
export function readMeters(
  { limits, day, month }: Pick<KeyWithSpending, 'limits' | 'day' | 'month'>,
  minute?: LastMinute,
): Meter[] {
  const used: Readonly<Record<NumberLimit, Pick<Meter, 'used' | 'resetsAt'>>> = {
    requestsPerMinute: { used: minute?.requests, resetsAt: undefined },
    tokensPerMinute: { used: minute?.tokens, resetsAt: undefined },
    concurrentRequests: { used: undefined, resetsAt: undefined },
    tokensPerDay: { used: day.tokens, resetsAt: day.end },
    tokensPerMonth: { used: month.tokens, resetsAt: month.end },
    dollarsPerDay: { used: day.dollars, resetsAt: day.end },
    dollarsPerMonth: { used: month.dollars, resetsAt: month.end },
  };
  return meterNames.flatMap((name): Meter[] => {
    const limit = limits[name];
    return limit === null ? [] : [{ name, limit, ...used[name] }];
  });
}

/** Budgets come first, because they run out. */
const meterNames = [
  'dollarsPerDay',
  'dollarsPerMonth',
  'tokensPerDay',
  'tokensPerMonth',
  'requestsPerMinute',
  'tokensPerMinute',
  'concurrentRequests',
] as const satisfies readonly (NumberLimit & keyof KeyLimits)[];

export function isDollars(name: NumberLimit): boolean {
  return name.startsWith('dollars');
}

/** `good` below 80 %, `warn` up to the limit, `bad` at it. */
export function toneOf({ used = 0, limit }: Pick<Meter, 'used' | 'limit'>): 'good' | 'warn' | 'bad' {
  if (used >= limit) return 'bad';
  return used >= limit * 0.8 ? 'warn' : 'good';
}
