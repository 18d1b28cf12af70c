import type { Fault } from '../../conversation/failure.ts';
import type { PoolSettings } from '../../settings/settings.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { FailureReport } from '../core/evidence.ts';
import type { CoreRequest, Grant, Refusal, Waiter } from '../core/grant.ts';
import { PoolCore } from '../core/pool-core.ts';
import { routeOf, type Slot, type SlotSettings } from '../core/slot.ts';
import type { SlotRoute } from '../core/slot-route.ts';
import { TriedEndpoints } from '../core/tried-endpoints.ts';

export const testSettings: PoolSettings = {
  strategy: 'round-robin',
  affinity: true,
  promptCaching: 'automatic',
  credits: 'ignore',
  maxAttempts: 5,
  queueSize: 100,
  queueTimeout: 30_000,
};

export const startTime = 1_750_000_000_000;

export function slotSettings(id: string, changes: Partial<SlotSettings> = {}): SlotSettings {
  return { id, label: id, enabled: true, draining: false, weight: 1, maxConcurrency: null, ...changes };
}

const knownEndpoints = new Map<string, readonly Endpoint[]>();

/** A model's endpoints, best first. Returns the same list for the same arguments, as the catalogue does. */
export function endpointsOf(model: string, ...routes: readonly string[]): readonly Endpoint[] {
  const key = [model, ...routes].join(' ');
  const known = knownEndpoints.get(key);
  if (known !== undefined) return known;
  const endpoints = (routes.length === 0 ? ['r'] : routes).map((route) => ({ route, upstreamModel: model }));
  knownEndpoints.set(key, endpoints);
  return endpoints;
}

/** The attempts of an exchange that has tried these credentials on the endpoint of `endpointsOf('model')`. */
export function tried(...ids: readonly string[]): TriedEndpoints {
  const attempts = new TriedEndpoints();
  for (const id of ids) for (const endpoint of endpointsOf('model')) attempts.add(id, endpoint);
  return attempts;
}

export function failureReport(fault: Fault, changes: Partial<FailureReport> = {}): FailureReport {
  return {
    fault,
    scope: 'account',
    retryAfterSeconds: undefined,
    upstreamStatus: undefined,
    evidence: undefined,
    message: `a ${fault} failure`,
    ...changes,
  };
}

/** A core with its own clock and a record of settled waiters. */
export class CoreHarness {
  readonly core: PoolCore;
  readonly settled: { waiter: Waiter; result: { grant: Grant } | { refusal: Refusal } }[] = [];
  readonly changed: Slot[] = [];
  now = startTime;
  settings: PoolSettings;

  constructor(slots: readonly SlotSettings[], settings: Partial<PoolSettings> = {}, random: () => number = () => 0.5) {
    this.settings = { ...testSettings, ...settings };
    this.core = new PoolCore({
      random,
      settings: () => this.settings,
      onSettled: (waiter, result) => this.settled.push({ waiter, result }),
      onChanged: (slot) => this.changed.push(slot),
    });
    this.core.configure(slots, this.now);
  }

  slot(id: string): Slot {
    const slot = this.core.slot(id);
    if (slot === undefined) throw new Error(`There is no slot ${id}.`);
    return slot;
  }

  route(id: string, name = 'r'): SlotRoute {
    return routeOf(this.slot(id), name);
  }

  request(changes: Partial<CoreRequest> = {}): Grant | Waiter | Refusal {
    const request = {
      endpoints: endpointsOf('model'),
      exclude: new TriedEndpoints(),
      deadline: this.now + 600_000,
      ...changes,
    };
    return this.core.request(request, this.now);
  }

  /** A request that must get a credential immediately. */
  grant(changes: Partial<CoreRequest> = {}): Grant {
    const result = this.request(changes);
    if (!('sequence' in result)) throw new Error('The request was not granted.');
    return result;
  }

  succeed(grant: Grant): void {
    this.core.release(grant, { type: 'success' }, this.now);
  }

  fail(grant: Grant, fault: Fault, changes: Partial<FailureReport> = {}): void {
    this.core.release(grant, { type: 'failure', failure: failureReport(fault, changes) }, this.now);
  }

  /** Advances the time, with ticks when they are due, as the service does. */
  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.core.wakeAt <= end) {
      this.now = Math.max(this.now, this.core.wakeAt);
      this.core.tick(this.now);
    }
    this.now = end;
  }
}
