import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grain, grainLength, grains } from './roll-up.ts';
import { chooseSpan, splitSpan } from './span.ts';

const { minute, hour, day } = grainLength;
const now = Date.UTC(2026, 5, 30, 12, 34, 56);

describe('chooseSpan', () => {
  it('widens to whole intervals', () => {
    expect(chooseSpan('hour', { from: now - 2 * hour, to: now }, now)).toEqual({
      grain: 'hour',
      from: Date.UTC(2026, 5, 30, 10),
      to: Date.UTC(2026, 5, 30, 13),
    });
  });

  it('defaults to the latest hour, day or month', () => {
    const points = (interval: Grain) => {
      const span = chooseSpan(interval, {}, now);
      return (span.to - span.from) / grainLength[span.grain];
    };
    expect([points('minute'), points('hour'), points('day')]).toEqual([61, 25, 31]);
  });

  it('uses longer intervals for a long range', () => {
    expect(chooseSpan('minute', { from: now - 7 * hour, to: now }, now).grain).toBe('hour');
    expect(chooseSpan('minute', { from: now - 60 * day, to: now }, now).grain).toBe('day');
    expect(chooseSpan('hour', { from: now - 31 * day, to: now }, now).grain).toBe('hour');
    expect(chooseSpan('hour', { from: now - 33 * day, to: now }, now).grain).toBe('day');
  });

  it('has no minutes of yesterday', () => {
    expect(chooseSpan('minute', { from: now - day, to: now - day + hour }, now).grain).toBe('hour');
  });

  it('has no hours beyond their retention', () => {
    const grainOf = (from: number) => chooseSpan('hour', { from, to: from + 3 * day }, now, 90 * day).grain;
    expect(grainOf(now - 100 * day)).toBe('day');
    expect(grainOf(now - 80 * day)).toBe('hour');
  });

  it('is bounded and in order, for any query', () => {
    const time = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.integer({ min: 0, max: now * 2 })), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.constantFrom(...grains), time, time, (interval, from, to) => {
        const span = chooseSpan(interval, { from, to }, now);
        const length = grainLength[span.grain];
        expect(span.from).toBeGreaterThanOrEqual(0);
        expect(span.to).toBeGreaterThanOrEqual(span.from);
        expect(span.to).toBeLessThan(now + day);
        expect([span.from % length, span.to % length]).toEqual([0, 0]);
        expect((span.to - span.from) / length).toBeLessThanOrEqual(3662);
      }),
      { numRuns: 500 },
    );
  });
});

describe('splitSpan', () => {
  it('uses days in the middle and shorter periods at the ends', () => {
    const from = Date.UTC(2026, 0, 1, 22, 58);
    const to = Date.UTC(2026, 0, 4, 1, 2);
    expect(splitSpan({ grain: 'minute', from, to }).toSorted((a, b) => a.from - b.from)).toEqual([
      { grain: 'minute', from, to: from + 2 * minute },
      { grain: 'hour', from: Date.UTC(2026, 0, 1, 23), to: Date.UTC(2026, 0, 2) },
      { grain: 'day', from: Date.UTC(2026, 0, 2), to: Date.UTC(2026, 0, 4) },
      { grain: 'hour', from: Date.UTC(2026, 0, 4), to: Date.UTC(2026, 0, 4, 1) },
      { grain: 'minute', from: Date.UTC(2026, 0, 4, 1), to },
    ]);
  });

  it('covers the same range without gaps or overlaps', () => {
    fc.assert(
      fc.property(fc.constantFrom(...grains), fc.nat(10_000), fc.nat(10_000), (grain, start, length) => {
        const span = { grain, from: start * grainLength[grain], to: (start + length) * grainLength[grain] };
        const parts = splitSpan(span).toSorted((a, b) => a.from - b.from);
        let end = span.from;
        for (const part of parts) {
          expect(part.from).toBe(end);
          expect(part.to).toBeGreaterThan(part.from);
          expect([part.from % grainLength[part.grain], part.to % grainLength[part.grain]]).toEqual([0, 0]);
          end = part.to;
        }
        expect(end).toBe(span.to);
      }),
      { numRuns: 300 },
    );
  });
});
