import type { FailureScope, Fault } from '../../conversation/failure.ts';

/** What the pool needs to know about a failed attempt. `Failure` implements it. */
export interface FailureReport {
  readonly fault: Fault;
  /** What failed: the account, the route with this account, or this model on the route. */
  readonly scope: FailureScope;
  /** The upstream's retry delay. */
  readonly retryAfterSeconds: number | undefined;
  readonly upstreamStatus: number | undefined;
  readonly evidence: string | undefined;
  readonly message: string;
}

/** The upstream's response that led to a condition, redacted. */
export interface Evidence {
  readonly status?: number;
  readonly message: string;
}

const maxEvidenceLength = 500;

export function evidenceOf(report: FailureReport): Evidence {
  const message = (report.evidence ?? report.message).slice(0, maxEvidenceLength);
  return report.upstreamStatus === undefined ? { message } : { status: report.upstreamStatus, message };
}
