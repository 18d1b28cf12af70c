/** Credits left at a time. */
export interface CreditsReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly remaining: number;
}

/** One account's part in the forecast. */
export interface AccountCredits {
  readonly total: number | undefined;
  readonly remaining: number | undefined;
  /** Oldest first. */
  readonly readings: readonly CreditsReading[];
}

export interface CreditsForecast {
  /** Over the accounts where it is known; null when it is known of none. */
  readonly total: number | null;
  readonly remaining: number | null;
  readonly ratePerHour: number | null;
  /** When the pool runs dry at that rate, in milliseconds since the epoch; null when that is not foreseeable. */
  readonly emptyAt: number | null;
}

const HOUR = 3_600_000;
/** Readings older than this say nothing of the present rate. */
const WINDOW = 6 * HOUR;
/** A rate from a shorter time would be one jump, extended for a month. */
const SHORTEST_SPAN = HOUR / 2;
const MAX_READINGS = 60;
/** An end further away than this is not foreseen. */
const HORIZON = 365 * 24 * HOUR;

/** Appends a reading and drops those that no longer matter. */
export function addReading(readings: readonly CreditsReading[], reading: CreditsReading): CreditsReading[] {
  return [...readings.filter(({ at }) => at > reading.at - WINDOW && at < reading.at), reading].slice(-MAX_READINGS);
}

/** When the pool runs dry at the present rate of use. */
export function forecastCredits(accounts: readonly AccountCredits[], now: number): CreditsForecast {
  const totals = accounts.map(({ total }) => total).filter((total) => total !== undefined);
  const remainders = accounts.map(({ remaining }) => remaining).filter((remaining) => remaining !== undefined);
  const rates = accounts.map(({ readings }) => usePerHour(readings, now)).filter((rate) => rate !== undefined);
  const remaining = sumOf(remainders);
  const ratePerHour = sumOf(rates);
  const left =
    remaining === null || ratePerHour === null || ratePerHour <= 0 ? HORIZON : (remaining / ratePerHour) * HOUR;
  return {
    total: sumOf(totals),
    remaining,
    ratePerHour,
    emptyAt: left < HORIZON ? Math.round(now + left) : null,
  };
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Credits used per hour; a rise between two readings is a refill and no use. */
function usePerHour(readings: readonly CreditsReading[], now: number): number | undefined {
  const recent = readings.filter(({ at }) => at > now - WINDOW);
  const first = recent[0];
  if (first === undefined) return undefined;
  let used = 0;
  let previous = first;
  for (const reading of recent) {
    used += Math.max(0, previous.remaining - reading.remaining);
    previous = reading;
  }
  const span = previous.at - first.at;
  return span < SHORTEST_SPAN ? undefined : (used / span) * HOUR;
}
