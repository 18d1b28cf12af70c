import type { AttemptRecord, UsageRecord } from '../usage-record.ts';

export function sampleAttempt(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    credentialId: 'c1',
    credentialLabel: 'Account 1',
    model: 'anthropic:sonnet',
    route: 'vertex-anthropic',
    reason: 'round-robin',
    startedAt: 1_000_005,
    milliseconds: 900,
    waited: 3,
    status: 200,
    outcome: 'success',
    skipped: [],
    ...changes,
  };
}

/** The record of a successful exchange, with the given changes. */
export function sampleRecord(changes: Partial<UsageRecord> = {}): UsageRecord {
  return {
    id: 'r1',
    startedAt: 1_000_000,
    keyId: 'k1',
    keyName: 'Key 1',
    credentialId: 'c1',
    credentialLabel: 'Account 1',
    dialect: 'openai-chat',
    model: 'anthropic:sonnet',
    upstreamModel: 'sonnet-001',
    stream: true,
    status: 200,
    outcome: 'success',
    failureKind: null,
    failureMessage: null,
    inputTokens: 100,
    outputTokens: 20,
    cacheReadTokens: 10,
    cacheWriteTokens: 5,
    reasoningTokens: 4,
    usageEstimated: false,
    cost: 0.0006,
    cacheSaved: 0.00002,
    conversation: 'conversation-1',
    queueTime: 3,
    firstTokenTime: 300,
    totalTime: 1000,
    clientAddress: '10.0.0.1',
    userAgent: 'curl/8',
    attempts: [sampleAttempt()],
    warnings: [],
    content: null,
    ...changes,
  };
}
