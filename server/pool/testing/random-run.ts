import fc from 'fast-check';
import { expect } from 'vitest';
import type { FailureScope, Fault } from '../../conversation/failure.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { limitOf, type Reach } from '../core/availability.ts';
import { applyCredits } from '../core/credits.ts';
import type { Gate } from '../core/gate.ts';
import type { CoreRequest, Grant, Waiter } from '../core/grant.ts';
import { conditionAt, type SlotSettings } from '../core/slot.ts';
import { TriedEndpoints } from '../core/tried-endpoints.ts';
import { CoreHarness, endpointsOf } from './core-harness.ts';

const faults: readonly Fault[] = [
  'request',
  'route',
  'token',
  'entitlement',
  'rate',
  'quota',
  'concurrency',
  'transient',
  'timeout',
  'model',
  'client',
  'gateway',
];
const blameless: ReadonlySet<Fault> = new Set(['request', 'model', 'client', 'gateway']);
const years = 500 * 24 * 3_600_000;

/** Repeats an item, so that it is chosen more often. */
const often = <Value>(value: Value, times: number): Value[] => Array.from({ length: times }, () => value);

const anySlot = (index: number): fc.Arbitrary<SlotSettings> =>
  fc.record({
    id: fc.constant(`c${index}`),
    label: fc.constant(`c${index}`),
    enabled: fc.constantFrom(...often(true, 9), false),
    draining: fc.constantFrom(...often(false, 9), true),
    weight: fc.integer({ min: 0, max: 5 }),
    maxConcurrency: fc.constantFrom(...often(1, 4), 2, 3, null),
  });
const anySlots = fc
  .integer({ min: 0, max: 5 })
  .chain((size) => fc.tuple(...Array.from({ length: size }, (_, i) => anySlot(i))));

const index = fc.nat(40);
const anyEvent = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('request' as const),
      endpoints: fc.constantFrom(
        endpointsOf('x', 'first', 'second'),
        endpointsOf('y', 'second', 'first'),
        endpointsOf('x', 'first'),
      ),
      /** Credential indexes, with the number of endpoints tried on each. */
      exclude: fc.constantFrom<[number, number][]>(
        ...often([], 6),
        [[0, 1]],
        [[1, 2]],
        [
          [0, 1],
          [2, 2],
        ],
      ),
      patience: fc.integer({ min: 0, max: 90_000 }),
      affinityKey: fc.option(fc.constantFrom('k1', 'k2'), { nil: undefined }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('succeed' as const), index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('fail' as const),
      index,
      fault: fc.constantFrom(...faults, ...often<Fault>('transient', 5), ...often<Fault>('rate', 5)),
      named: fc.option(fc.oneof(fc.double({ min: 0, max: 100 }), fc.constantFrom(0, 5000, 1e12, Number.NaN)), {
        nil: undefined,
      }),
      scope: fc.constantFrom<FailureScope>('account', 'route', 'route', 'model'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('answered' as const), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release-again' as const), index }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abandon' as const), index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      milliseconds: fc.oneof(fc.nat(3000), fc.nat(100_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('configure' as const), slots: anySlots }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget-route' as const), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('probe' as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('credits' as const),
      index,
      status: fc.constantFrom('ok' as const, 'rate-limited' as const, 'blocked' as const, 'unknown' as const),
      retryAfterSeconds: fc.nat(5000),
    }),
  },
);
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer Value> ? Value : never;

/** Settings, credentials and a sequence of events. */
export const anyRun = fc.record({
  slots: anySlots,
  strategy: fc.constantFrom('round-robin' as const, 'least-busy' as const, 'weighted' as const),
  credits: fc.constantFrom('ignore' as const, 'spread' as const, 'drain-first' as const),
  affinity: fc.boolean(),
  queueSize: fc.constantFrom(0, 3, ...often(50, 5)),
  randoms: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
  events: fc.array(anyEvent, { minLength: 5, maxLength: 80, size: 'max' }),
});
type AnyRun = typeof anyRun extends fc.Arbitrary<infer Value> ? Value : never;

/** Plays a run and checks the invariants after each event. */
export class RandomRun {
  readonly harness: CoreHarness;
  readonly open: Grant[] = [];
  readonly closed: Grant[] = [];
  readonly waiting: Waiter[] = [];
  granted = 0;
  refused = 0;
  abandoned = 0;
  asked = 0;

  constructor(run: AnyRun) {
    let drawn = 0;
    const random = () => run.randoms[drawn++ % run.randoms.length] ?? 0;
    const { strategy, credits, affinity, queueSize } = run;
    this.harness = new CoreHarness(run.slots, { strategy, credits, affinity, queueSize }, random);
  }

  play(event: AnyEvent): void {
    const { harness } = this;
    const { core } = harness;
    switch (event.type) {
      case 'request':
        this.#request(event);
        break;
      case 'succeed':
        this.#end(event.index, (grant) => harness.succeed(grant));
        break;
      case 'fail':
        this.#end(event.index, (grant) => this.#fail(grant, event));
        break;
      case 'abort':
        this.#end(event.index, (grant) => core.release(grant, { type: 'aborted' }, harness.now));
        break;
      case 'answered':
        for (const grant of pick(this.open, event.index)) core.answered(grant, harness.now);
        break;
      case 'release-again':
        for (const grant of pick(this.closed, event.index)) harness.fail(grant, 'token');
        break;
      case 'abandon':
        for (const waiter of pick(this.waiting, event.index)) {
          this.waiting.splice(this.waiting.indexOf(waiter), 1);
          this.abandoned += 1;
          core.abandon(waiter);
        }
        break;
      case 'advance':
        harness.advance(event.milliseconds);
        break;
      case 'configure':
        core.configure(event.slots, harness.now);
        break;
      case 'forget':
        for (const slot of pick(core.slots, event.index)) core.forget(slot, harness.now);
        break;
      case 'forget-route':
        for (const slot of pick(core.slots, event.index)) core.forgetRoute(slot, 'first', harness.now);
        break;
      case 'probe':
        for (const slot of pick(core.slots, event.index)) {
          this.open.push(core.probe(slot, { route: 'first', upstreamModel: 'x' }, harness.now));
          this.asked += 1;
          this.granted += 1;
        }
        break;
      case 'credits':
        for (const slot of pick(core.slots, event.index)) {
          applyCredits(slot, event, harness.now, 0.5);
          core.tick(harness.now);
        }
        break;
    }
    this.#collectSettled();
    this.#check();
  }

  #request({ endpoints, exclude, patience, affinityKey }: AnyEvent & { type: 'request' }): void {
    const { harness } = this;
    this.asked += 1;
    const request: CoreRequest = {
      endpoints,
      exclude: triedOf(exclude, endpoints),
      deadline: harness.now + patience,
      ...withoutUndefined({ affinityKey }),
    };
    const result = harness.core.request(request, harness.now);
    if ('sequence' in result) this.#granted(result, request);
    else if ('availableAt' in result) {
      this.refused += 1;
      expect(this.#free(request, 'doubtful')).toEqual([]);
    } else this.waiting.push(result);
  }

  #granted(grant: Grant, request: CoreRequest): void {
    this.granted += 1;
    this.open.push(grant);
    expect(grant.slot.inFlight).toBeLessThanOrEqual(limitOf(grant.slot));
    expect(request.endpoints).toContain(grant.endpoint);
    expect(request.exclude.has(grant.slot.settings.id, grant.endpoint)).toBe(false);
    expect(grant.slot.settings.enabled && !grant.slot.settings.draining).toBe(true);
  }

  #fail(grant: Grant, { fault, named, scope }: AnyEvent & { type: 'fail' }): void {
    const { harness } = this;
    const { slot } = grant;
    const ofAccount = () => JSON.stringify([slot.health, slot.learned, slot.proven]);
    const ofRoute = () => JSON.stringify([grant.route.gate, ...grant.route.models.values()].map(withoutTrial));
    const before = { account: ofAccount(), route: ofRoute() };
    const { until } = slot.health;
    harness.fail(grant, fault, { retryAfterSeconds: named, scope });
    // A route failure never takes a credential out of use, and an account failure never shuts a route.
    if (blameless.has(fault) || (scope !== 'account' && fault !== 'token')) expect(ofAccount()).toBe(before.account);
    if (blameless.has(fault) || scope === 'account' || fault === 'token') expect(ofRoute()).toBe(before.route);
    if (named !== undefined && Number.isFinite(named) && slot.health.condition === 'cooling') {
      expect(slot.health.until).toBeLessThanOrEqual(Math.max(until, harness.now + named * 1000));
    }
  }

  /** The credentials that can take the request. */
  #free(request: CoreRequest, reach: Reach): string[] {
    const { core, now } = this.harness;
    return core.availability.available(request, reach, now).map(({ settings }) => settings.id);
  }

  #end(at: number, end: (grant: Grant) => void): void {
    for (const grant of pick(this.open, at)) {
      this.open.splice(this.open.indexOf(grant), 1);
      end(grant);
      this.closed.push(grant);
    }
  }

  #collectSettled(): void {
    for (const { waiter, result } of this.harness.settled.splice(0)) {
      const at = this.waiting.indexOf(waiter);
      // A waiter is settled only once, while it waits.
      expect(at).not.toBe(-1);
      this.waiting.splice(at, 1);
      if ('refusal' in result) this.refused += 1;
      else {
        // First come, first served among requests for the same endpoints.
        const { endpoints, exclude } = waiter.request;
        const before = this.waiting.slice(0, at).filter((one) => one.request.endpoints === endpoints);
        if (exclude.size === 0) expect(before.filter((one) => one.request.exclude.size === 0)).toEqual([]);
        this.#granted(result.grant, waiter.request);
      }
    }
  }

  #check(): void {
    const { core, now } = this.harness;
    expect(core.waiting).toBe(this.waiting.length);
    expect(this.granted + this.refused + this.abandoned + this.waiting.length).toBe(this.asked);
    for (const slot of core.slots) {
      expect(slot.inFlight).toBe(this.open.filter((grant) => grant.slot === slot).length);
      for (const route of slot.routes.values()) {
        const ofRoute = this.open.filter((grant) => grant.slot === slot && grant.endpoint.route === route.name);
        expect(route.inFlight).toBe(ofRoute.length);
        expect(route.gate.until - now).toBeLessThanOrEqual(years);
      }
    }
    for (const waiter of this.waiting) {
      expect(this.#free(waiter.request, 'urgent'), 'a free credential while a request waits').toEqual([]);
      expect(waiter.deadline).toBeGreaterThan(now);
    }
  }

  /** Ends all requests in flight; every cooling credential must then become ready with time. */
  finish(): void {
    this.play({ type: 'advance', milliseconds: years });
    while (this.open.length > 0) this.play({ type: 'abort', index: 0 });
    expect(this.waiting).toEqual([]);
    for (const slot of this.harness.core.slots) {
      expect(slot.inFlight).toBe(0);
      expect(conditionAt(slot.health, this.harness.now)).not.toBe('cooling');
      const { condition } = slot.health;
      if (!slot.settings.enabled || slot.settings.draining || condition === 'invalid' || condition === 'blocked')
        continue;
      const request = { endpoints: endpointsOf('x', 'first'), exclude: new TriedEndpoints(), deadline: 0 };
      expect(this.#free(request, 'open')).toContain(slot.settings.id);
    }
  }
}

function triedOf(exclude: readonly [number, number][], endpoints: CoreRequest['endpoints']): TriedEndpoints {
  const attempts = new TriedEndpoints();
  for (const [slot, count] of exclude) {
    for (const endpoint of endpoints.slice(0, count)) attempts.add(`c${slot}`, endpoint);
  }
  return attempts;
}

/** Removes the current trial and ramp, which are not part of the learned state. */
function withoutTrial({ trial: _, ramp: __, ...learned }: Gate): unknown {
  return learned;
}

function pick<Item>(items: readonly Item[], at: number): Item[] {
  const item = items[at % items.length];
  return item === undefined ? [] : [item];
}
