import type { z } from 'zod';
import type { AccountRecord } from '../account-meter.ts';
import { startRamp } from '../core/ramp.ts';
import { createHealth, type Slot, setHealthBack } from '../core/slot.ts';
import { setRouteBack } from '../core/slot-route.ts';
import type { Credential } from '../credential.ts';
import {
  accountSchema,
  encodeRoute,
  fingerprintOf,
  healthSchema,
  learnedSchema,
  orderReadings,
  restoreRoute,
  routeSchema,
} from '../stored-state.ts';
import type { KnownParts } from './shared-learning.ts';

const routePrefix = 'route:';

/** The credential's learned state in parts, for other replicas. */
export function readParts(slot: Slot, credential: Credential, record: AccountRecord | undefined): KnownParts {
  const parts = new Map<string, unknown>([
    ['health', healthSchema.parse(slot.health)],
    ['learned', slot.learned ?? null],
    ['account', record ?? null],
  ]);
  for (const route of slot.routes.values()) {
    parts.set(`${routePrefix}${route.name}`, routeSchema.parse(encodeRoute(route)));
  }
  return { fingerprint: fingerprintOf(credential), parts };
}

/**
 * Applies another replica's learned state. Parts that cannot be read (from another version) are ignored.
 *
 * @param latest the latest grant's sequence number: outcomes of grants up to it no longer count
 * @returns the account's record, if it is among the parts
 */
export function adoptParts(
  slot: Slot,
  parts: ReadonlyMap<string, unknown>,
  latest: number,
  now: number,
): AccountRecord | undefined {
  let record: AccountRecord | undefined;
  for (const [name, value] of parts) {
    if (name === 'health') adoptHealth(slot, healthSchema.safeParse(value).data, latest, now);
    else if (name === 'learned') {
      const learned = learnedSchema.nullable().safeParse(value).data;
      if (learned !== undefined) slot.learned = learned ?? undefined;
    } else if (name === 'account') record = accountSchema.safeParse(value).data;
    else if (name.startsWith(routePrefix)) adoptRoute(slot, routeSchema.safeParse(value).data, latest, now);
  }
  return record && orderReadings(record);
}

function adoptHealth(slot: Slot, health: z.infer<typeof healthSchema> | undefined, latest: number, now: number): void {
  if (health === undefined) return;
  Object.assign(slot.health, createHealth(), health);
  // The other replica's clock is ahead of this one.
  if (health.since > now) setHealthBack(slot.health, health.since - now);
  slot.failedSequence = latest;
  if (health.condition === 'cooling') slot.ramp = startRamp(latest);
  slot.proven = health.condition === 'ready' && !health.probation;
}

function adoptRoute(slot: Slot, stored: z.infer<typeof routeSchema> | undefined, latest: number, now: number): void {
  if (stored === undefined) return;
  const known = slot.routes.get(stored.route);
  const models = new Set(stored.models.map(({ model }) => model));
  for (const model of known?.models.keys() ?? []) if (!models.has(model)) known?.models.delete(model);
  const route = restoreRoute(slot, stored, latest);
  const since = Math.max(stored.gate.since, ...stored.models.map(({ gate }) => gate.since));
  if (since > now) setRouteBack(route, since - now);
}
