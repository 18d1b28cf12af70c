import type { ModelEntry } from '../catalogue/catalogue.ts';
import type { AttemptRecord } from '../ledger/usage-record.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { Lease } from '../pool/pool.ts';
import type { AttemptResult } from './attempt.ts';

export interface RunningAttempt {
  readonly model: ModelEntry;
  readonly lease: Lease;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** @param result undefined while the attempt is answering */
export function toAttemptRecord(
  { model, lease, startedAt }: RunningAttempt,
  result: AttemptResult | undefined,
  now: number,
): AttemptRecord {
  const failure = result?.type === 'failure' ? result.failure : undefined;
  const message = failure === undefined ? undefined : (failure.evidence ?? failure.message);
  return {
    credentialId: lease.credential.id,
    credentialLabel: lease.credential.label || lease.credential.email,
    model: model.id,
    route: lease.endpoint.route,
    reason: lease.reason,
    startedAt,
    milliseconds: Math.max(0, now - startedAt),
    waited: lease.waited,
    status: failure?.upstreamStatus ?? result?.status ?? null,
    outcome: failure?.fault ?? result?.type ?? 'answering',
    ...withoutUndefined({ message }),
    skipped: lease.skipped,
  };
}
