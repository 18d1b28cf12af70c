import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AccountRecord } from './account-meter.ts';
import { addReading, type CreditsReading } from './core/forecast.ts';
import { createHealth, type Slot, setBack } from './core/slot.ts';
import type { Credential } from './credential.ts';

const time = z.number().nonnegative();
const cause = z.enum(['token', 'entitlement', 'rate', 'quota', 'concurrency', 'transient', 'timeout']);

const health = z.object({
  condition: z.enum(['ready', 'cooling', 'invalid', 'blocked']),
  cause: cause.optional(),
  until: time,
  urgentUntil: time,
  named: z.boolean(),
  since: time,
  evidence: z.object({ status: z.number().int().exactOptional(), message: z.string() }).optional(),
  model: z.string().optional(),
  strikes: z.number().int().nonnegative(),
  probation: z.boolean(),
  recheckAt: time.optional(),
  rechecks: z.number().int().nonnegative(),
});

const models = z.array(
  z.object({
    model: z.string(),
    cause,
    until: time,
    message: z.string().optional(),
    strikes: z.number().int().nonnegative(),
  }),
);

const figure = z.number().exactOptional();
const report = z.object({
  status: z.enum(['ok', 'rate-limited', 'blocked', 'unknown']),
  monthlyTotal: figure,
  monthlyUsed: figure,
  monthlyRemaining: figure,
  dailyTotal: figure,
  dailyUsed: figure,
  dailyRemaining: figure,
  message: z.string().exactOptional(),
  retryAfterSeconds: figure,
});

const account = z.object({
  report,
  checkedAt: time,
  readings: z.array(z.object({ at: time, remaining: z.number() })),
});

/** A part that is not understood is forgotten; the rest still counts. */
const storedState = z.object({
  /** Of the email and token that all this was learned with. */
  fingerprint: z.string(),
  health: health.optional().catch(undefined),
  models: models.catch([]),
  learned: z
    .object({ limit: z.number().min(1), refusedAt: z.number(), learnedAt: time })
    .optional()
    .catch(undefined),
  account: account.optional().catch(undefined),
});

/** What must survive a restart of one credential, as JSON. */
export function encodeState(slot: Slot, credential: Credential, record: AccountRecord | undefined): unknown {
  const { health } = slot;
  return {
    fingerprint: fingerprintOf(credential),
    health,
    models: [...slot.models].map(([model, { cause, until, message, strikes }]) => ({
      model,
      cause,
      until,
      message,
      strikes,
    })),
    learned: slot.learned,
    account: record,
  };
}

/**
 * Puts a stored state back, unless the credential was edited since.
 *
 * @returns what was known of the account
 */
export function restoreState(
  slot: Slot,
  credential: Credential,
  stored: unknown,
  now: number,
): AccountRecord | undefined {
  const parsed = storedState.safeParse(stored);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  if (data.fingerprint !== fingerprintOf(credential)) return undefined;
  if (data.health !== undefined) Object.assign(slot.health, createHealth(), data.health);
  for (const { model, message, ...rest } of data.models) {
    slot.models.set(model, { ...rest, message, failedSequence: 0 });
  }
  slot.learned = data.learned;
  // Learned by a clock that was ahead of this one.
  if (slot.health.since > now) setBack(slot, slot.health.since - now);
  if (data.account === undefined) return undefined;
  let readings: CreditsReading[] = [];
  for (const reading of data.account.readings) readings = addReading(readings, reading);
  return { ...data.account, readings };
}

/** Short enough to say nothing of the token. */
function fingerprintOf({ email, token }: Credential): string {
  return createHash('sha256').update(`${email}\0${token}`).digest('hex').slice(0, 12);
}
