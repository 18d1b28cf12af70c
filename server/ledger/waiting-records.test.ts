import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRecord, unpackRecords } from './packed-record.ts';
import { sampleRecord } from './testing/sample-record.ts';
import { WaitingRecords } from './waiting-records.ts';

const step = fc.oneof(
  fc.record({ push: fc.string({ unit: 'binary', maxLength: 40 }), times: fc.constantFrom(1, 1, 1, 20_000) }),
  fc.record({ remove: fc.nat(5) }),
);

describe('WaitingRecords', () => {
  it('returns what was added and not removed, in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(8), (steps, count) => {
        const waiting = new WaitingRecords();
        const expected: string[] = [];
        for (const one of steps) {
          if ('remove' in one) {
            waiting.remove(one.remove);
            expected.splice(0, one.remove);
            continue;
          }
          const text = one.push.repeat(one.times);
          waiting.append(JSON.stringify(text), text.length, expected.length);
          expected.push(text);
        }
        expect(JSON.parse(Buffer.from(waiting.first(count)).toString())).toEqual(expected.slice(0, count));
        expect(waiting.size).toBe(expected.length);
        expect(waiting.contentLength).toBe(expected.join('').length);
      }),
      { numRuns: 60 },
    );
  });

  it('hands over records that can be unpacked', () => {
    const waiting = new WaitingRecords();
    const records = [sampleRecord({ id: 'a' }), sampleRecord({ id: 'b', userAgent: '代理 🚀' })];
    for (const record of records) waiting.append(packRecord(record), 0, 0);
    expect(unpackRecords(waiting.first(2))).toEqual(records);
  });

  it('returns copies, which later changes do not affect', () => {
    const waiting = new WaitingRecords();
    waiting.append('"first"', 0, 1);
    const batch = waiting.first(1);
    waiting.remove(1);
    waiting.append('"other"', 0, 2);
    expect(Buffer.from(batch).toString()).toBe('["first"]');
    expect(waiting.oldest).toBe(2);
  });
});
