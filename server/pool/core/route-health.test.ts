import { describe, expect, it } from 'vitest';
import { CoreHarness, endpointsOf, slotSettings } from '../testing/core-harness.ts';
import { World } from '../testing/world.ts';
import type { Grant } from './grant.ts';
import { TriedEndpoints } from './tried-endpoints.ts';

const model = endpointsOf('model', 'first', 'second', 'third');
const request = { endpoints: model };
const place = ({ slot, endpoint }: Grant) => `${slot.settings.id} ${endpoint.route}`;

function harnessOf(...ids: readonly string[]): CoreHarness {
  return new CoreHarness(ids.map((id) => slotSettings(id)));
}

/** The next request of an exchange that made these attempts. */
function retryOf(...grants: readonly Grant[]): { endpoints: typeof model; exclude: TriedEndpoints } {
  const exclude = new TriedEndpoints();
  for (const { slot, endpoint } of grants) exclude.add(slot.settings.id, endpoint);
  return { endpoints: model, exclude };
}

describe('a route that refuses', () => {
  it('makes the next attempt use another route with the same credential', () => {
    const harness = harnessOf('a', 'b');
    const first = harness.grant(request);
    harness.fail(first, 'route', { scope: 'route' });
    const second = harness.grant(retryOf(first));
    expect([place(first), place(second), second.reason]).toEqual(['a first', 'a second', 'next-route']);
    expect(second.skipped).toMatchObject([{ route: 'first', obstacle: 'already tried', cause: 'route' }]);
  });

  it('is skipped from then on, and retried by one request when its time has come', () => {
    const harness = harnessOf('a');
    harness.fail(harness.grant(request), 'route', { scope: 'route' });
    const next = harness.grant(request);
    expect(place(next)).toBe('a second');
    expect(next.skipped).toMatchObject([{ route: 'first', obstacle: 'route shut', cause: 'route' }]);
    harness.advance(1000);
    const trials = [harness.grant(request), harness.grant(request)];
    expect(trials.map(place)).toEqual(['a first', 'a second']);
    harness.core.answered(trials[0] ?? next, harness.now);
    expect(place(harness.grant(request))).toBe('a first');
  });

  it('is shut for longer each time until it has answered ten times in a row', () => {
    const harness = harnessOf('a');
    const pauses: number[] = [];
    const fail = () => {
      harness.fail(harness.grant(request), 'route', { scope: 'route' });
      pauses.push(harness.route('a', 'first').gate.until - harness.now);
      harness.now = harness.route('a', 'first').gate.until;
    };
    fail();
    harness.succeed(harness.grant(request));
    for (let trial = 0; trial < 8; trial++) fail();
    for (let answer = 0; answer < 10; answer++) harness.succeed(harness.grant(request));
    fail();
    expect(pauses.map((pause) => pause / 750)).toEqual([1, 4, 16, 64, 256, 1024, 4096, 4800, 4800, 1]);
  });

  it('that refuses one model serves the others', () => {
    const harness = harnessOf('a');
    harness.fail(harness.grant(request), 'route', { scope: 'model' });
    expect(place(harness.grant(request))).toBe('a second');
    expect(place(harness.grant({ endpoints: endpointsOf('other', 'first') }))).toBe('a first');
  });

  it('counts for other credentials: after three, the others try it last', () => {
    const world = new World(5);
    world.setAll('first', 'refuses');
    const asked = Array.from({ length: 5 }, () => world.ask(model).grants.map(place).join(', '));
    expect(asked).toEqual([
      'c0 first, c0 second',
      'c1 first, c1 second',
      'c2 first, c2 second',
      'c3 second',
      'c4 second',
    ]);
  });

  it('is tried by all again as soon as it answers one', () => {
    const world = new World(4);
    world.setAll('first', 'refuses');
    for (let round = 0; round < 40; round++) {
      world.ask(model);
      world.harness.advance(10_000);
    }
    world.setAll('first', 'open');
    world.harness.advance(3_600_000);
    const asked = Array.from({ length: 4 }, () => world.ask(model).grants.map(place));
    expect(asked.flat().toSorted()).toEqual(['c0 first', 'c1 first', 'c2 first', 'c3 first']);
  });

  it('because it lacks the model is not retried for two seconds, and no request waits for it', () => {
    const world = new World(1);
    for (const { route } of model) world.setAll(route, 'lacks-model');
    for (let round = 0; round < 4; round++) {
      expect(world.ask(model).grants).toHaveLength(3);
      expect(world.ask(model).grants).toHaveLength(0);
      world.harness.advance(2000);
    }
  });
});

describe('a failure that may be the credential’s as well', () => {
  it('sends the request elsewhere when the route serves others', () => {
    const harness = harnessOf('a', 'b');
    const first = harness.grant(request);
    harness.succeed(harness.grant(request));
    harness.fail(first, 'timeout', { scope: 'route' });
    expect(place(harness.grant(retryOf(first)))).toBe('b first');
  });

  it('sends it by another route when the route serves nobody', () => {
    const harness = harnessOf('a', 'b');
    const first = harness.grant(request);
    harness.fail(first, 'timeout', { scope: 'route' });
    expect(place(harness.grant(retryOf(first)))).toBe('a second');
  });
});

describe('affinity', () => {
  it('keeps a conversation on its route, also when a better one is open again', () => {
    const harness = harnessOf('a', 'b');
    harness.fail(harness.grant(request), 'route', { scope: 'route' });
    const key = { ...request, affinityKey: 'k' };
    harness.fail(harness.grant(key), 'route', { scope: 'route' });
    harness.succeed(harness.grant(key));
    harness.advance(60_000);
    harness.succeed(harness.grant(request));
    const next = harness.grant(key);
    expect([place(next), next.reason]).toEqual(['b second', 'affinity']);
  });

  it('leaves the route rather than the credential', () => {
    const harness = harnessOf('a', 'b');
    const key = { ...request, affinityKey: 'k' };
    harness.fail(harness.grant(key), 'rate', { scope: 'route' });
    expect(place(harness.grant(key))).toBe('a second');
  });
});

describe('too many at once on a route', () => {
  it('lowers the credential’s limit on it, and the rest use other routes', () => {
    const harness = harnessOf('a');
    const grants = Array.from({ length: 10 }, () => harness.grant(request));
    for (const grant of grants.slice(0, 4)) harness.fail(grant, 'concurrency', { scope: 'route' });
    expect(harness.route('a', 'first').learned).toMatchObject({ limit: 7, refusedAt: 10 });
    expect(harness.slot('a').learned).toBeUndefined();
    expect([harness.grant(request), harness.grant(request)].map(place)).toEqual(['a first', 'a second']);
  });
});

describe('an exchange', () => {
  it('tries no more credentials than are allowed, each by all its routes', () => {
    const world = new World(6, { maxAttempts: 2 });
    for (const { route } of model) world.setAll(route, 'refuses');
    const { answered, grants } = world.ask(model);
    expect(answered).toBe(false);
    expect(grants).toHaveLength(6);
    expect(new Set(grants.map(({ slot }) => slot)).size).toBe(2);
  });
});

describe('a probe', () => {
  it('uses the named route in any state, and its outcome counts like any request', () => {
    const harness = harnessOf('a');
    const [endpoint] = model;
    if (endpoint === undefined) throw new Error('There is no endpoint.');
    for (let trial = 0; trial < 8; trial++) {
      harness.fail(harness.core.probe(harness.slot('a'), endpoint, harness.now), 'route', { scope: 'route' });
    }
    expect(place(harness.grant(request))).toBe('a second');
    harness.succeed(harness.core.probe(harness.slot('a'), endpoint, harness.now));
    expect(place(harness.grant(request))).toBe('a first');
  });
});

describe('resetting one route', () => {
  it('opens it, and outcomes of earlier requests no longer count', () => {
    const harness = harnessOf('a');
    const early = harness.grant(request);
    harness.fail(harness.grant(request), 'route', { scope: 'route' });
    harness.core.forgetRoute(harness.slot('a'), 'first', harness.now);
    harness.fail(early, 'route', { scope: 'route' });
    expect(place(harness.grant(request))).toBe('a second');
  });
});
