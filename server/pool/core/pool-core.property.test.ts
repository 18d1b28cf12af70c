import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreHarness, slotSettings } from '../testing/core-harness.ts';
import { anyRun, RandomRun } from '../testing/random-run.ts';
import type { Grant } from './grant.ts';

describe('the core under any sequence of events', () => {
  it('keeps limits, loses and doubles nothing, leaves no credential idle while one waits, ends every cool-down', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const played = new RandomRun(run);
        for (const event of run.events) played.play(event);
        played.finish();
      }),
      { numRuns: 600 },
    );
  });

  it('shares round robin fairly: in any turn, no credential is taken twice before each was taken once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(5), { maxLength: 200 }), (size, holds) => {
        const harness = new CoreHarness(Array.from({ length: size }, (_, at) => slotSettings(`c${at}`)));
        const counts = new Map<string, number>();
        const held: Grant[] = [];
        for (const hold of holds) {
          const grant = harness.grant();
          held.push(grant);
          counts.set(grant.slot.settings.id, (counts.get(grant.slot.settings.id) ?? 0) + 1);
          // Released in order of arrival, so that no credential gets congested.
          while (held.length > hold) {
            const oldest = held.shift();
            if (oldest !== undefined) harness.succeed(oldest);
          }
          const taken = harness.core.slots.map((slot) => counts.get(slot.settings.id) ?? 0);
          expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('holds the weights within two per cent over 10,000 choices', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 6 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const slots = weights.map((weight, at) => slotSettings(`c${at}`, { weight }));
        const harness = new CoreHarness(slots, { strategy: 'weighted' });
        const counts = weights.map(() => 0);
        const held: Grant[] = [];
        for (let choice = 0; choice < 10_000; choice++) {
          const grant = harness.grant();
          const at = Number(grant.slot.settings.id.slice(1));
          counts[at] = (counts[at] ?? 0) + 1;
          held.push(grant);
          const oldest = held.length > 20 ? held.shift() : undefined;
          if (oldest !== undefined) harness.succeed(oldest);
        }
        for (const [at, weight] of weights.entries()) {
          expect(Math.abs((counts[at] ?? 0) / 10_000 - weight / total)).toBeLessThan(0.02);
        }
      }),
      { numRuns: 20 },
    );
  });
});
