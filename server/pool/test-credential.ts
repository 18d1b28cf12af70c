import { type Failure, toFailure } from '../conversation/failure.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountAccess, AccountProbe, AccountSite, CreditsReport } from './account-probe.ts';
import { type CreditsView, viewCredits } from './credential-view.ts';

/** The result of a credential test. */
export interface CredentialTestResult {
  readonly ok: boolean;
  /** In English, without secrets. */
  readonly message: string;
  /** The upstream's status, if it refused. */
  readonly status?: number;
  readonly milliseconds: number;
  readonly credits: CreditsView | null;
  readonly sites: readonly AccountSite[];
}

export interface CredentialTest {
  readonly result: CredentialTestResult;
  readonly report: CreditsReport | undefined;
  readonly failure: Failure | undefined;
}

/** Queries the credits and sites of an account. Without sites the test can still succeed. Never throws. */
export async function testCredential(
  probe: AccountProbe,
  account: AccountAccess,
  clock: Clock,
  signal: AbortSignal,
): Promise<CredentialTest> {
  const startedAt = clock();
  const [credits, sites] = await Promise.allSettled([
    probe.checkCredits(account, signal),
    probe.listSites(account, signal),
  ]);
  const milliseconds = Math.max(0, Math.round(clock() - startedAt));
  const known = { milliseconds, sites: sites.status === 'fulfilled' ? sites.value : [] };
  if (credits.status === 'rejected') {
    const failure = toFailure(credits.reason);
    const status = failure.upstreamStatus === undefined ? {} : { status: failure.upstreamStatus };
    const message = describeFailure(failure);
    return { result: { ok: false, message, ...status, credits: null, ...known }, report: undefined, failure };
  }
  const report = credits.value;
  return {
    result: {
      ok: report.status === 'ok' || report.status === 'unknown',
      message: describeReport(report),
      credits: viewCredits({ report, checkedAt: clock() }),
      ...known,
    },
    report,
    failure: undefined,
  };
}

function describeFailure(failure: Failure): string {
  if (failure.fault === 'token') return 'Atlassian does not accept this email and token.';
  return failure.evidence === undefined ? failure.message : `${failure.message} (${failure.evidence})`;
}

function describeReport(report: CreditsReport): string {
  const detail = report.message === undefined ? '' : ` Atlassian says: ${report.message}`;
  switch (report.status) {
    case 'ok':
      return `The credential works.${detail}`;
    case 'unknown':
      return `Atlassian accepts the credential but reports no credits.${detail}`;
    case 'rate-limited':
      return `The token is valid, but the account's credits are used up for now.${detail}`;
    case 'blocked':
      return `The token is valid, but the account may not use the AI gateway.${detail}`;
  }
}
