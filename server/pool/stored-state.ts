import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readKnownFields } from '../lib/read-known-fields.ts';
import type { AccountRecord } from './account-meter.ts';
import type { StoredPlace } from './core/affinity.ts';
import { addReading, type CreditsReading } from './core/forecast.ts';
import { createGate, type Gate } from './core/gate.ts';
import { type Ramp, startRamp } from './core/ramp.ts';
import { createHealth, routeOf, type Slot, setBack } from './core/slot.ts';
import { modelGateOf, type SlotRoute } from './core/slot-route.ts';
import type { Credential } from './credential.ts';

const time = z.number().nonnegative();
const routeCause = z.enum(['route', 'entitlement', 'rate', 'quota', 'concurrency', 'transient', 'timeout']);
const cause = z.enum(['token', 'entitlement', 'rate', 'quota', 'concurrency', 'transient', 'timeout']);
const evidence = z.object({ status: z.number().int().exactOptional(), message: z.string() });
const count = z.number().int().nonnegative();

export const healthSchema = z.object({
  condition: z.enum(['ready', 'cooling', 'invalid', 'blocked']),
  cause: cause.optional(),
  until: time,
  urgentUntil: time,
  named: z.boolean(),
  since: time,
  evidence: evidence.optional(),
  endpoint: z.object({ route: z.string(), upstreamModel: z.string() }).optional(),
  strikes: count,
  probation: z.boolean(),
  recheckAt: time.optional(),
  rechecks: count,
});

const gateSchema = z.object({
  cause: routeCause.optional(),
  evidence: evidence.optional(),
  since: time,
  until: time,
  urgentUntil: time,
  strikes: count,
  streak: count,
  probation: z.boolean(),
});

export const learnedSchema = z.object({ limit: z.number().min(1), refusedAt: z.number(), learnedAt: time });

export const routeSchema = z.object({
  route: z.string(),
  gate: gateSchema,
  models: z.array(z.object({ model: z.string(), gate: gateSchema })),
  learned: learnedSchema.optional(),
});

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

export const accountSchema = z.object({
  report,
  checkedAt: time,
  readings: z.array(z.object({ at: time, remaining: z.number() })),
});

const placeSchema = z.object({
  key: z.string(),
  endpoint: z.object({ route: z.string(), upstreamModel: z.string() }),
  usedAt: time,
  cachedTokens: count,
});

const storedState = z.object({
  /** Fingerprint of the email and token the state was learned with. */
  fingerprint: z.string(),
  health: healthSchema,
  routes: z.array(routeSchema),
  learned: learnedSchema,
  account: accountSchema,
  places: z.array(placeSchema),
});

/** One credential's state as JSON, to store across restarts. */
export function encodeState(
  slot: Slot,
  credential: Credential,
  record: AccountRecord | undefined,
  places: readonly StoredPlace[] = [],
): unknown {
  return {
    fingerprint: fingerprintOf(credential),
    health: slot.health,
    routes: [...slot.routes.values()].map(encodeRoute),
    learned: slot.learned,
    account: record,
    places,
  };
}

export function encodeRoute({ name, gate, models, learned }: SlotRoute): z.input<typeof routeSchema> {
  return {
    route: name,
    gate,
    models: [...models].map(([model, modelGate]) => ({ model, gate: modelGate })),
    learned,
  };
}

/**
 * Restores a stored state, unless the credential was edited since.
 *
 * @param onDropped called for each part that cannot be read; only that part is discarded
 * @returns the account's record
 */
export function restoreState(
  slot: Slot,
  credential: Credential,
  stored: unknown,
  now: number,
  onDropped: (part: string) => void,
): AccountRecord | undefined {
  const data = readKnownFields(storedState, stored, onDropped);
  const storedRoutes = data.routes ?? [];
  if (data.fingerprint !== fingerprintOf(credential)) return undefined;
  if (data.health !== undefined) Object.assign(slot.health, createHealth(), data.health);
  if (slot.health.condition === 'cooling') slot.ramp = startRamp(0);
  for (const route of storedRoutes) restoreRoute(slot, route);
  slot.learned = data.learned;
  // The state was learned with a clock that was ahead of this one.
  const gates = storedRoutes.flatMap((route) => [route.gate, ...route.models.map((model) => model.gate)]);
  const latest = Math.max(slot.health.since, ...gates.map(({ since }) => since));
  if (latest > now) setBack(slot, latest - now);
  return data.account === undefined ? undefined : orderReadings(data.account);
}

/** The stored conversations of the credential, unless it was edited since. */
export function readPlaces(credential: Credential, stored: unknown): readonly StoredPlace[] {
  const { fingerprint, places = [] } = readKnownFields(storedState, stored, () => undefined);
  return fingerprint === fingerprintOf(credential) ? places : [];
}

/** The record with its readings sorted and bounded. */
export function orderReadings(record: AccountRecord): AccountRecord {
  let readings: CreditsReading[] = [];
  for (const reading of record.readings) readings = addReading(readings, reading);
  return { ...record, readings };
}

/** @param latest the latest grant's sequence number: outcomes of grants up to it no longer count */
export function restoreRoute(slot: Slot, stored: z.infer<typeof routeSchema>, latest = 0): SlotRoute {
  const route = routeOf(slot, stored.route);
  const restore = (gate: Gate, known: z.infer<typeof gateSchema>) =>
    Object.assign(
      gate,
      createGate(),
      { trial: gate.trial, ramp: rampOf(known, latest), failedSequence: latest },
      known,
    );

  restore(route.gate, stored.gate);
  for (const { model, gate } of stored.models) restore(modelGateOf(route.models, model), gate);
  route.learned = stored.learned;
  return route;
}

function rampOf({ probation }: z.infer<typeof gateSchema>, latest: number): Ramp | undefined {
  return probation ? startRamp(latest) : undefined;
}

/** A hash of the credential's email and token, too short to reveal anything about the token. */
export function fingerprintOf({ email, token }: Credential): string {
  return createHash('sha256').update(`${email}\0${token}`).digest('hex').slice(0, 12);
}
