import type { CreditsReport } from './core/credits.ts';
import type { Credential } from './credential.ts';

export type { CreditsReport } from './core/credits.ts';

/** The parts of a credential needed to query its account. */
export type AccountAccess = Pick<Credential, 'email' | 'token' | 'cloudId'>;

/** A site the account can bill to. */
export interface AccountSite {
  readonly cloudId: string;
  readonly url: string;
  readonly hasActivePlan: boolean;
  readonly isTrial: boolean;
}

/** Queries the upstream about an account. Each call is one request; the caller limits its duration with the signal. */
export interface AccountProbe {
  /** @throws Failure with fault `token` when the token is rejected, with another fault when the check itself failed */
  checkCredits(account: AccountAccess, signal: AbortSignal): Promise<CreditsReport>;
  /** @throws Failure as `checkCredits` does */
  listSites(account: AccountAccess, signal: AbortSignal): Promise<AccountSite[]>;
}
