import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../testing/core-harness.ts';
import { type Door, World } from '../testing/world.ts';
import type { Grant } from './grant.ts';

const hour = 3_600_000;
const routes = ['first', 'second', 'third'];
/** Each route is the first choice of one model. */
const models = [
  endpointsOf('x', 'first', 'second', 'third'),
  endpointsOf('y', 'second', 'first', 'third'),
  endpointsOf('z', 'third', 'first'),
];
const anyModel = fc.constantFrom(...models);
const anyDoor = fc.constantFrom<Door>('open', 'open', 'open', 'refuses', 'lacks-model', 'throttles', 'fails', 'hangs');
/** A door for each pair of five credentials and three routes. Worlds with fewer credentials use the first ones. */
const anyDoors = fc.array(anyDoor, { minLength: 15, maxLength: 15 });

function setDoors(world: World, doors: readonly Door[]): void {
  for (const [at, id] of world.credentials.entries()) {
    for (const [index, route] of routes.entries()) world.set(id, route, doors[at * 3 + index] ?? 'open');
  }
}

const anyStep = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('ask' as const), model: anyModel }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), milliseconds: fc.nat(60_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('change' as const), doors: anyDoors }) },
);
const anyLife = fc.record({
  size: fc.integer({ min: 1, max: 5 }),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
  doors: anyDoors,
  steps: fc.array(anyStep, { maxLength: 60, size: 'max' }),
});
type Life = typeof anyLife extends fc.Arbitrary<infer Value> ? Value : never;

/** @param onAnswer called after each request, with whether any credential could have answered it */
function live(
  { size, random, doors, steps }: Life,
  onAnswer: (world: World, answered: boolean, possible: boolean) => void,
) {
  const world = new World(size, {}, () => random);
  setDoors(world, doors);
  for (const step of steps) {
    if (step.type === 'wait') world.harness.advance(step.milliseconds);
    else if (step.type === 'change') {
      setDoors(world, step.doors);
      // What was refused a moment ago still counts as refused.
      world.harness.advance(10_000);
    } else {
      const possible = world.canAnswer(step.model);
      onAnswer(world, world.ask(step.model).answered, possible);
    }
  }
  return world;
}

/** Sends a request per second. @returns the pairs used, one entry per use */
function useSteadily(world: World, model: (typeof models)[number], requests: number): string[] {
  const used: string[] = [];
  for (let request = 0; request < requests; request++) {
    const { grants } = world.ask(model);
    used.push(...grants.map(({ slot, endpoint }) => `${slot.settings.id} ${endpoint.route}`));
    world.harness.advance(1000);
  }
  return used;
}

const troubles: readonly Door[] = ['refuses', 'throttles', 'fails', 'hangs'];
const pairs = Array.from({ length: 30 }, (_, at) => [`c${at % 10}`, routes[at % 3] ?? ''] as const);

describe('routes that fail', () => {
  it('take no credential out, and no request fails that a pair could serve', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        live(life, (world, answered, possible) => {
          expect(answered).toBe(possible);
          for (const slot of world.harness.core.slots) {
            expect(slot.health).toMatchObject({ condition: 'ready', strikes: 0 });
            expect(slot.inFlight).toBe(0);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('are all in use again in the end, once they are open', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const world = live(life, () => undefined);
        for (const route of routes) world.setAll(route, 'open');
        world.harness.advance(hour);
        const used = models.flatMap((model) => useSteadily(world, model, 40 * life.size));
        expect(new Set(used).size).toBe(3 * life.size);
        for (const slot of world.harness.core.slots) {
          for (const { gate } of slot.routes.values()) expect(gate).toMatchObject({ probation: false, until: 0 });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('cost few attempts once they are known, whichever half of the pairs is shut or flaps', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(pairs, { minLength: 15, maxLength: 15 }), (troubled) => {
        const world = new World(10, { affinity: false });
        for (const [at, [id, route]] of troubled.entries()) world.set(id, route, troubles[at % 4] ?? 'fails');
        // Every other failing pair flaps.
        let attempt = 0;
        world.shows = (_, id) => Number(id.slice(1)) % 2 === 0 || ++attempt % 2 === 0;
        const counts = { requests: 0, attempts: 0 };
        for (let request = 0; request < 1500; request++) {
          const model = models[request % 2] ?? [];
          const { answered, grants } = world.ask(model);
          if (world.canAnswer(model)) expect(answered).toBe(true);
          world.harness.advance(10);
          if (request < 500) continue;
          counts.requests += 1;
          counts.attempts += grants.length;
        }
        expect(counts.attempts / counts.requests).toBeLessThan(1.3);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a route that is shut for all', () => {
  const anyShut = fc.constantFrom<Door>('refuses', 'lacks-model', 'throttles', 'fails', 'hangs');

  it('is tried by one request at a time, with growing pauses, once an hour in the end', () => {
    fc.assert(
      fc.property(anyShut, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }), (door, size, atOnce) => {
        const world = new World(size, { affinity: false });
        world.setAll('first', door);
        const model = endpointsOf('x', 'first', 'second');
        const tries: number[] = [];
        for (let minute = 0; minute < 24 * 60; minute++) {
          const grants: Grant[] = [];
          for (let request = 0; request < atOnce; request++) grants.push(world.harness.grant({ endpoints: model }));
          const onShut = grants.filter(({ endpoint }) => endpoint.route === 'first');
          tries.push(...onShut.map(() => minute));
          if (minute > 3) expect(onShut.length).toBeLessThanOrEqual(1);
          for (const grant of grants) world.end(grant);
          world.harness.advance(60_000);
        }
        const late = tries.filter((minute) => minute >= 12 * 60);
        expect(late.length).toBeGreaterThanOrEqual(10);
        expect(late.length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 15 },
    );
  });
});
