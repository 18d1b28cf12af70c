import { sampleAttempt, sampleRecord } from '../../ledger/testing/sample-record.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';

/** A finished exchange with typical values. */
export function usageRecord(changes: Partial<UsageRecord> = {}): UsageRecord {
  return sampleRecord({
    id: 'exchange-1',
    startedAt: 1_750_000_000_000,
    keyId: 'key-1',
    keyName: 'laptop',
    credentialId: 'credential-1',
    credentialLabel: 'one',
    model: 'known',
    upstreamModel: 'upstream-model',
    cacheReadTokens: 60,
    cacheWriteTokens: 0,
    reasoningTokens: 5,
    cost: 0.5,
    cacheSaved: 0.25,
    conversation: null,
    queueTime: 12,
    totalTime: 2000,
    clientAddress: '127.0.0.1',
    userAgent: 'test',
    attempts: [
      sampleAttempt({
        credentialId: 'credential-1',
        credentialLabel: 'one',
        model: 'known',
        startedAt: 1_750_000_000_010,
        milliseconds: 1990,
        waited: 12,
      }),
    ],
    ...changes,
  });
}
