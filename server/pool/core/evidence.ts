import type { FailureScope, Fault } from '../../conversation/failure.ts';

/** What the pool learns from a failed attempt; a `Failure` is one. */
export interface FailureReport {
  readonly fault: Fault;
  /** How far it reaches: the account, the route with this account, or this model on it. */
  readonly scope: FailureScope;
  /** What the upstream named. */
  readonly retryAfterSeconds: number | undefined;
  readonly upstreamStatus: number | undefined;
  readonly evidence: string | undefined;
  readonly message: string;
}

/** What the upstream said that led to a condition, redacted. */
export interface Evidence {
  readonly status?: number;
  readonly message: string;
}

const MAX_EVIDENCE = 500;

export function evidenceOf(report: FailureReport): Evidence {
  const message = (report.evidence ?? report.message).slice(0, MAX_EVIDENCE);
  return report.upstreamStatus === undefined ? { message } : { status: report.upstreamStatus, message };
}
