import { describe, expect, it } from 'vitest';
import { addRecord, addSums, emptySums, toTotals } from './sums.ts';
import { sampleAttempt, sampleRecord } from './testing/sample-record.ts';

describe('sums', () => {
  it('convert to totals, and only measure successful requests', () => {
    const sums = emptySums();
    const givenUp = { inputTokens: 90, outputTokens: 10, cost: 0.0005 };
    addRecord(sums, sampleRecord());
    addRecord(
      sums,
      sampleRecord({ totalTime: 3000, firstTokenTime: null, attempts: [sampleAttempt({ givenUp }), sampleAttempt()] }),
    );
    addRecord(sums, sampleRecord({ outcome: 'failure', totalTime: 1, cost: null }));
    addRecord(sums, sampleRecord({ outcome: 'aborted', totalTime: 99_999 }));
    expect(toTotals(sums)).toEqual({
      requests: 4,
      failures: 1,
      aborts: 1,
      inputTokens: 400,
      outputTokens: 80,
      cacheReadTokens: 40,
      cacheWriteTokens: 20,
      reasoningTokens: 16,
      cost: 0.0018,
      cacheSaved: 0.00008,
      attempts: 5,
      givenUpTokens: 100,
      givenUpCost: 0.0005,
      latencyMean: 2000,
      latencyP95: expect.closeTo(3032, -2),
      firstTokenMean: 300,
      firstTokenP95: expect.closeTo(386, -1),
    });
  });

  it('have no times if nothing was measured', () => {
    expect(toTotals(emptySums())).toMatchObject({
      requests: 0,
      cost: 0,
      latencyMean: null,
      latencyP95: null,
      firstTokenMean: null,
      firstTokenP95: null,
    });
  });

  it('add costs exactly', () => {
    const sums = emptySums();
    for (let index = 0; index < 10; index += 1) addRecord(sums, sampleRecord({ cost: 0.1 }));
    const other = emptySums();
    addSums(other, sums);
    addSums(other, sums);
    expect(toTotals(other).cost).toBe(2);
    expect(toTotals(other).requests).toBe(20);
  });
});
