import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTicks, layOutTrace, placeOf } from './lay-out.ts';

const attempt = {
  credentialId: 'c',
  credentialLabel: 'One',
  model: 'm',
  reason: 'round-robin',
  startedAt: 1000,
  milliseconds: 100,
  waited: 0,
  status: 200,
  outcome: 'success',
  skipped: [],
};

describe('a trace', () => {
  it('places attempts on one axis, with waits, failovers and the first token', () => {
    const { bars, end } = layOutTrace({
      startedAt: 1000,
      totalTime: 900,
      firstTokenTime: 500,
      stream: true,
      attempts: [
        { ...attempt, startedAt: 1010, milliseconds: 90, outcome: 'transient', status: 503 },
        { ...attempt, startedAt: 1300, milliseconds: 590, waited: 200 },
      ],
    });
    expect(end).toBe(900);
    expect(bars).toMatchObject([
      { waitedFrom: 10, start: 10, end: 100, firstToken: null, tone: 'warn', failedOver: true },
      { waitedFrom: 100, start: 300, end: 890, firstToken: 500, tone: 'good', failedOver: false },
    ]);
  });

  it('keeps every bar on the axis, whatever the clocks say', () => {
    const times = fc.record({
      startedAt: fc.integer({ min: -5000, max: 90_000 }),
      milliseconds: fc.nat(90_000),
      waited: fc.nat(9000),
    });
    fc.assert(
      fc.property(
        fc.array(times, { maxLength: 5 }),
        fc.nat(50_000),
        fc.option(fc.nat(50_000)),
        (all, totalTime, firstTokenTime) => {
          const { bars, end } = layOutTrace({
            startedAt: 0,
            totalTime,
            firstTokenTime,
            stream: true,
            attempts: all.map((one) => ({ ...attempt, ...one })),
          });
          for (const bar of bars) {
            expect(bar.waitedFrom).toBeGreaterThanOrEqual(0);
            expect(bar.waitedFrom).toBeLessThanOrEqual(bar.start);
            expect(bar.start).toBeLessThanOrEqual(bar.end);
            expect(bar.end).toBeLessThanOrEqual(end);
            if (bar.firstToken !== null) expect(placeOf(bar.firstToken, end)).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});

describe('the ticks of the axis', () => {
  it('are few and round', () => {
    expect(chooseTicks(900)).toEqual([0, 200, 400, 600, 800]);
    expect(chooseTicks(12_000)).toEqual([0, 5000, 10_000]);
    expect(chooseTicks(3)).toEqual([0, 1, 2, 3]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (end) => {
        const ticks = chooseTicks(end);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeLessThanOrEqual(end);
      }),
    );
  });
});
