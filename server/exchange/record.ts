import { hash } from 'node:crypto';
import type { Failure } from '../conversation/failure.ts';
import type { TranslationNote } from '../conversation/translation.ts';
import type { UsageRecord } from '../ledger/usage-record.ts';
import { redactText } from '../lib/redact.ts';
import type { ExchangeInput, RefusedRequest, Requester } from './exchange.ts';
import type { TimedReport } from './report.ts';

/** nginx's status for a client that disconnected before the response. */
const clientClosedRequest = 499;
/** Maximum length of a logged text, in characters. */
const contentLimit = 65_536;
const userAgentLimit = 300;
const messageLimit = 500;
const modelLimit = 200;
const conversationLength = 16;

/** @param endedAt milliseconds since the epoch */
export function toUsageRecord(input: ExchangeInput, report: TimedReport, endedAt: number): UsageRecord {
  const last = report.attempts.at(-1);
  return {
    ...describe(input, report.failure, endedAt),
    credentialId: last?.credentialId ?? null,
    credentialLabel: last?.credentialLabel ?? '',
    model: input.request.model,
    upstreamModel: report.upstreamModel ?? null,
    stream: input.request.stream,
    status: statusOf(input, report),
    outcome: report.outcome,
    inputTokens: report.usage.inputTokens,
    outputTokens: report.usage.outputTokens,
    cacheReadTokens: report.usage.cacheReadTokens,
    cacheWriteTokens: report.usage.cacheWriteTokens,
    reasoningTokens: report.usage.reasoningTokens,
    usageEstimated: report.usage.estimated,
    cost: report.cost,
    cacheSaved: report.cacheSaved,
    conversation: conversationOf(input),
    queueTime: report.attempts.reduce((sum, attempt) => sum + attempt.waited, 0),
    firstTokenTime: report.firstContentAt === null ? null : Math.max(0, report.firstContentAt - input.startedAt),
    attempts: report.attempts,
    warnings: report.notes.map(describeNote),
    content: contentOf(input, report),
  };
}

/**
 * The record of a request that was refused before the exchange: it could not be read, or a limit was reached.
 *
 * @param endedAt milliseconds since the epoch
 */
export function toRefusalRecord(
  requester: Requester,
  refused: RefusedRequest,
  failure: Failure,
  endedAt: number,
): UsageRecord {
  return {
    ...describe(requester, failure, endedAt),
    credentialId: null,
    credentialLabel: '',
    model: refused.model.slice(0, modelLimit),
    upstreamModel: null,
    stream: refused.stream,
    status: requester.statusOf(failure),
    outcome: 'failure',
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    usageEstimated: false,
    cost: null,
    cacheSaved: null,
    conversation: null,
    queueTime: 0,
    firstTokenTime: null,
    attempts: [],
    warnings: [],
    content: null,
  };
}

function describe(requester: Requester, failure: Failure | undefined, endedAt: number) {
  return {
    id: requester.id,
    startedAt: requester.startedAt,
    keyId: requester.keyId,
    keyName: requester.keyName,
    dialect: requester.dialect,
    failureKind: failure?.kind ?? null,
    failureMessage: failure === undefined ? null : redactText(failure.message, [], messageLimit),
    totalTime: Math.max(0, endedAt - requester.startedAt),
    clientAddress: requester.clientAddress,
    userAgent: requester.userAgent.slice(0, userAgentLimit),
  };
}

/** Identifies a conversation within a key without revealing its content. */
function conversationOf({ keyId, request: { affinityKey } }: ExchangeInput): string | null {
  if (affinityKey === undefined) return null;
  return hash('sha256', `${keyId ?? ''} ${affinityKey}`, 'base64url').slice(0, conversationLength);
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

/** A note as the console shows it: what was kept, changed or dropped, and why. */
function describeNote({ member, action, reason }: TranslationNote): string {
  return `${member} (${action}): ${reason}`;
}
