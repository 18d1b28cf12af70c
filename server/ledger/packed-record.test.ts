import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRecord, packRecords, unpackRecords } from './packed-record.ts';
import { sampleAttempt, sampleRecord } from './testing/sample-record.ts';
import type { UsageRecord } from './usage-record.ts';

function passOn(record: UsageRecord): UsageRecord | undefined {
  return unpackRecords(packRecords([record]))[0];
}

const { message: _message, givenUp: _givenUp, ...required } = sampleAttempt();
const sampleKeys = Object.keys(required) as (keyof typeof required)[];

const attempt = fc.record(
  {
    credentialId: fc.string(),
    credentialLabel: fc.string(),
    model: fc.string(),
    route: fc.string(),
    reason: fc.string(),
    startedAt: fc.maxSafeNat(),
    milliseconds: fc.nat(),
    waited: fc.nat(),
    status: fc.option(fc.nat()),
    outcome: fc.string(),
    message: fc.string(),
    givenUp: fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat(), cost: fc.option(fc.constantFrom(0, 0.5)) }),
    skipped: fc.array(fc.record({ credentialId: fc.string(), credentialLabel: fc.string(), reason: fc.string() })),
  },
  { requiredKeys: sampleKeys },
);
const count = fc.nat();
const text = fc.string({ unit: 'binary', maxLength: 150 });
const record: fc.Arbitrary<UsageRecord> = fc.record({
  id: text,
  startedAt: fc.maxSafeNat(),
  keyId: fc.option(text),
  keyName: text,
  credentialId: fc.option(text),
  credentialLabel: text,
  dialect: text,
  model: text,
  upstreamModel: fc.option(text),
  stream: fc.boolean(),
  status: count,
  outcome: fc.constantFrom('success', 'failure', 'aborted'),
  failureKind: fc.option(text),
  failureMessage: fc.option(text),
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  usageEstimated: fc.boolean(),
  cost: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
  cacheSaved: fc.option(fc.double({ min: -1000, max: 1000, noNaN: true }).map((dollars) => dollars + 0)),
  conversation: fc.option(text.map((name) => name.slice(0, 64))),
  queueTime: count,
  firstTokenTime: fc.option(count),
  totalTime: count,
  clientAddress: text,
  userAgent: text,
  attempts: fc.array(attempt, { maxLength: 4 }),
  warnings: fc.array(text, { maxLength: 3 }),
  content: fc.option(fc.record({ request: text, response: text })),
});

describe('packRecord', () => {
  it('preserves valid records, however many are joined', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), (records) => {
        expect(unpackRecords(packRecords(records))).toEqual(
          records.map((each) => ({ ...each, cost: each.cost === null ? null : each.cost + 0 })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('converts any numbers to whole numbers from 0', () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        const passed = passOn(
          sampleRecord({
            inputTokens: number,
            totalTime: number,
            firstTokenTime: number,
            startedAt: number,
            cost: number,
            // A clock that is set back while an attempt waits makes its times negative.
            attempts: [{ ...sampleAttempt(), startedAt: number, waited: number, milliseconds: number }],
          }),
        );
        const { startedAt, waited, milliseconds } = passed?.attempts[0] ?? {};
        const times = [passed?.totalTime, passed?.firstTokenTime, passed?.startedAt, startedAt, waited, milliseconds];
        for (const value of [passed?.inputTokens, ...times]) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
        }
        // Thousands of records with the maximum cost can be summed in nanodollars.
        expect(Number(passed?.cost)).toBeGreaterThanOrEqual(0);
        expect(Number(passed?.cost)).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 200 },
    );
  });

  it('limits the length of foreign texts', () => {
    const long = 'x'.repeat(10_000);
    const passed = passOn(sampleRecord({ model: long, upstreamModel: long, failureMessage: long, userAgent: long }));
    expect([passed?.model, passed?.upstreamModel].map((each) => each?.length)).toEqual([200, 200]);
    expect([passed?.failureMessage, passed?.userAgent].map((each) => each?.length)).toEqual([500, 500]);
  });

  it('omits logged content if told to', () => {
    const logged = sampleRecord({ content: { request: 'a', response: 'b' } });
    const [unpacked] = unpackRecords(Buffer.from(`[${packRecord(logged, null)}]`));
    expect(unpacked).toEqual({ ...logged, content: null });
  });
});
