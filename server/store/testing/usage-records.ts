import { sampleAttempt, sampleRecord } from '../../ledger/testing/sample-record.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';

/** The fixed time of usage tests. */
export const usageNow = Date.UTC(2026, 5, 30, 12, 30);

/** Generates records for the time before `now`, with a few keys, models, credentials and outcomes. Deterministic. */
export function generateRecords(count: number, time: number, now = usageNow): UsageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    // Coprime strides mix all combinations.
    const outcome = (['success', 'success', 'success', 'failure', 'aborted'] as const)[(index * 7) % 5] ?? 'success';
    const credential = (index * 11) % 4;
    const startedAt = Math.floor(now - time * ((index * 0.618_033_988_749) % 1));
    return sampleRecord({
      id: `r${String(index).padStart(5, '0')}`,
      startedAt,
      keyId: `k${(index * 5) % 3}`,
      keyName: `Key ${(index * 5) % 3}`,
      model: `m${(index * 13) % 7}`,
      credentialId: credential === 3 ? null : `c${credential}`,
      credentialLabel: credential === 3 ? '' : `Account ${credential}`,
      attempts: [
        sampleAttempt({
          startedAt: startedAt + 2,
          ...(index % 6 === 0 && { givenUp: { inputTokens: index, outputTokens: 3, cost: index / 500 } }),
        }),
      ],
      outcome,
      status: outcome === 'success' ? 200 : outcome === 'failure' ? 429 : 499,
      failureKind: outcome === 'failure' ? 'rate-limited' : null,
      failureMessage: outcome === 'failure' ? `Too many (${index})` : null,
      inputTokens: index,
      cost: index % 3 === 0 ? null : index / 1000,
      totalTime: index * 20,
      firstTokenTime: index % 4 === 0 ? null : index * 5,
    });
  });
}
