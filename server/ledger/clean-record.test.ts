import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanRecord } from './clean-record.ts';
import { sampleRecord } from './testing/sample-record.ts';

describe('cleanRecord', () => {
  it('leaves a good record as it is', () => {
    const record = sampleRecord({ startedAt: Date.UTC(2300, 0), cost: 12.345678 });
    expect(cleanRecord(record)).toEqual(record);
  });

  it('makes whole numbers from 0 of whatever there is', () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        const record = cleanRecord(
          sampleRecord({
            inputTokens: number,
            totalTime: number,
            firstTokenTime: number,
            startedAt: number,
            cost: number,
          }),
        );
        for (const value of [record.inputTokens, record.totalTime, record.firstTokenTime, record.startedAt]) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
        }
        expect(record.cost === null || record.cost >= 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('bounds texts that others wrote', () => {
    const long = 'x'.repeat(10_000);
    const record = cleanRecord(
      sampleRecord({ model: long, upstreamModel: long, failureMessage: long, userAgent: long }),
    );
    expect([record.model, record.upstreamModel].map((text) => text?.length)).toEqual([200, 200]);
    expect([record.failureMessage, record.userAgent].map((text) => text?.length)).toEqual([500, 500]);
  });
});
