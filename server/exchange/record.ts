import type { UsageRecord } from '../ledger/usage-store.ts';
import { redactText } from '../lib/redact.ts';
import type { TimedReport } from './create-exchange.ts';
import type { ExchangeInput } from './exchange.ts';

/** A client that left before it got a status; nginx's number for it. */
const clientClosedRequest = 499;
/** How much of a text is kept while content logging is on; characters. */
const contentLimit = 65_536;
const userAgentLimit = 300;
const messageLimit = 500;

/** @param endedAt milliseconds since the epoch */
export function toUsageRecord(input: ExchangeInput, report: TimedReport, endedAt: number): UsageRecord {
  const last = report.attempts.at(-1);
  return {
    id: input.id,
    startedAt: input.startedAt,
    keyId: input.keyId,
    keyName: input.keyName,
    credentialId: last?.credentialId ?? null,
    credentialLabel: last?.credentialLabel ?? '',
    dialect: input.dialect,
    model: input.request.model,
    upstreamModel: report.upstreamModel ?? null,
    stream: input.request.stream,
    status: statusOf(input, report),
    outcome: report.outcome,
    failureKind: report.failure?.kind ?? null,
    failureMessage: report.failure === undefined ? null : redactText(report.failure.message, [], messageLimit),
    inputTokens: report.usage.inputTokens,
    outputTokens: report.usage.outputTokens,
    cacheReadTokens: report.usage.cacheReadTokens,
    cacheWriteTokens: report.usage.cacheWriteTokens,
    reasoningTokens: report.usage.reasoningTokens,
    usageEstimated: report.usage.estimated,
    cost: report.cost,
    queueTime: report.attempts.reduce((sum, attempt) => sum + attempt.waited, 0),
    firstTokenTime: report.firstContentAt === null ? null : Math.max(0, report.firstContentAt - input.startedAt),
    totalTime: Math.max(0, endedAt - input.startedAt),
    clientAddress: input.clientAddress,
    userAgent: input.userAgent.slice(0, userAgentLimit),
    attempts: report.attempts,
    warnings: report.warnings.map((warning) => `${warning.parameter}: ${warning.message}`),
    content: contentOf(input, report),
  };
}

function statusOf(input: ExchangeInput, report: TimedReport): number {
  if (report.committed || report.outcome === 'success') return 200;
  if (report.outcome === 'aborted' || report.failure === undefined) return clientClosedRequest;
  return input.statusOf(report.failure);
}

function contentOf(input: ExchangeInput, report: TimedReport): UsageRecord['content'] {
  if (input.loggedRequest === null) return null;
  return {
    request: redactText(input.loggedRequest, [], contentLimit),
    response: redactText(report.text, [], contentLimit),
  };
}
