import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readKnownFields } from '../lib/read-known-fields.ts';
import type { AccountRecord } from './account-meter.ts';
import { addReading, type CreditsReading } from './core/forecast.ts';
import { createGate } from './core/gate.ts';
import { createHealth, routeOf, type Slot, setBack } from './core/slot.ts';
import { modelGateOf } from './core/slot-route.ts';
import type { Credential } from './credential.ts';

const time = z.number().nonnegative();
const routeCause = z.enum(['route', 'entitlement', 'rate', 'quota', 'concurrency', 'transient', 'timeout']);
const cause = z.enum(['token', 'entitlement', 'rate', 'quota', 'concurrency', 'transient', 'timeout']);
const evidence = z.object({ status: z.number().int().exactOptional(), message: z.string() });
const count = z.number().int().nonnegative();

const health = z.object({
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

const gate = z.object({
  cause: routeCause.optional(),
  evidence: evidence.optional(),
  since: time,
  until: time,
  urgentUntil: time,
  strikes: count,
  streak: count,
  probation: z.boolean(),
});

const learned = z.object({ limit: z.number().min(1), refusedAt: z.number(), learnedAt: time });

const routes = z.array(
  z.object({
    route: z.string(),
    gate,
    models: z.array(z.object({ model: z.string(), gate })),
    learned: learned.optional(),
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

const storedState = z.object({
  /** Of the email and token that all this was learned with. */
  fingerprint: z.string(),
  health,
  routes,
  learned,
  account,
});

/** What must survive a restart of one credential, as JSON. */
export function encodeState(slot: Slot, credential: Credential, record: AccountRecord | undefined): unknown {
  const { health } = slot;
  return {
    fingerprint: fingerprintOf(credential),
    health,
    routes: [...slot.routes.values()].map(({ name, gate: own, models, learned: limit }) => ({
      route: name,
      gate: own,
      models: [...models].map(([model, modelGate]) => ({ model, gate: modelGate })),
      learned: limit,
    })),
    learned: slot.learned,
    account: record,
  };
}

/**
 * Puts a stored state back, unless the credential was edited since.
 *
 * @param onDropped told of each part that is not understood: it is forgotten, the rest still counts
 * @returns what was known of the account
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
  for (const route of storedRoutes) restoreRoute(slot, route);
  slot.learned = data.learned;
  // Learned by a clock that was ahead of this one.
  const gates = storedRoutes.flatMap((route) => [route.gate, ...route.models.map((model) => model.gate)]);
  const latest = Math.max(slot.health.since, ...gates.map(({ since }) => since));
  if (latest > now) setBack(slot, latest - now);
  if (data.account === undefined) return undefined;
  let readings: CreditsReading[] = [];
  for (const reading of data.account.readings) readings = addReading(readings, reading);
  return { ...data.account, readings };
}

function restoreRoute(slot: Slot, stored: z.infer<typeof routes>[number]): void {
  const route = routeOf(slot, stored.route);
  Object.assign(route.gate, createGate(), stored.gate);
  for (const { model, gate: modelGate } of stored.models) Object.assign(modelGateOf(route.models, model), modelGate);
  route.learned = stored.learned;
}

/** Short enough to say nothing of the token. */
function fingerprintOf({ email, token }: Credential): string {
  return createHash('sha256').update(`${email}\0${token}`).digest('hex').slice(0, 12);
}
