/** Remaining credits at one time. */
export interface CreditsReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly remaining: number;
}

/** One account's figures for the forecast. */
export interface AccountCredits {
  readonly total: number | undefined;
  readonly remaining: number | undefined;
  /** Oldest first. */
  readonly readings: readonly CreditsReading[];
}

export interface CreditsForecast {
  /** Sums over the accounts that report the figure; null when none does. */
  readonly total: number | null;
  readonly remaining: number | null;
  readonly ratePerHour: number | null;
  /** When the credits run out at that rate, in milliseconds since the epoch; null when this cannot be predicted. */
  readonly emptyAt: number | null;
}

const hour = 3_600_000;
/** Older readings are ignored for the current rate; milliseconds. */
const rateWindow = 6 * hour;
/** Shortest time span that gives a meaningful rate; milliseconds. */
const minSpan = hour / 2;
const maxReadings = 60;
/** No prediction further ahead than this; milliseconds. */
const forecastHorizon = 365 * 24 * hour;

/** Appends a reading and drops the ones that are too old. */
export function addReading(readings: readonly CreditsReading[], reading: CreditsReading): CreditsReading[] {
  return [...readings.filter(({ at }) => at > reading.at - rateWindow && at < reading.at), reading].slice(-maxReadings);
}

/** Predicts when the pool's credits run out at the current rate. */
export function forecastCredits(accounts: readonly AccountCredits[], now: number): CreditsForecast {
  const totals = accounts.map(({ total }) => total).filter((total) => total !== undefined);
  const remainders = accounts.map(({ remaining }) => remaining).filter((remaining) => remaining !== undefined);
  const rates = accounts.map(({ readings }) => usePerHour(readings, now)).filter((rate) => rate !== undefined);
  const remaining = sumOf(remainders);
  const ratePerHour = sumOf(rates);
  const left =
    remaining === null || ratePerHour === null || ratePerHour <= 0 ? forecastHorizon : (remaining / ratePerHour) * hour;
  return {
    total: sumOf(totals),
    remaining,
    ratePerHour,
    emptyAt: left < forecastHorizon ? Math.round(now + left) : null,
  };
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Credits used per hour. A rise between two readings is a refill, not use. */
function usePerHour(readings: readonly CreditsReading[], now: number): number | undefined {
  const recent = readings.filter(({ at }) => at > now - rateWindow);
  const first = recent[0];
  if (first === undefined) return undefined;
  let used = 0;
  let previous = first;
  for (const reading of recent) {
    used += Math.max(0, previous.remaining - reading.remaining);
    previous = reading;
  }
  const span = previous.at - first.at;
  return span < minSpan ? undefined : (used / span) * hour;
}
