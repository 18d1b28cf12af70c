import type { CreditsReport } from './core/credits.ts';
import type { Credential } from './credential.ts';

export type { CreditsReport } from './core/credits.ts';

/** What is needed of a credential to ask for its account. */
export type AccountAccess = Pick<Credential, 'email' | 'token' | 'cloudId'>;

/** A site whose plan can be billed. */
export interface AccountSite {
  readonly cloudId: string;
  readonly url: string;
  readonly hasActivePlan: boolean;
  readonly isTrial: boolean;
}

/** Asks the upstream for an account. Each call is one request; the caller bounds its time by the signal. */
export interface AccountProbe {
  /** @throws Failure with fault `token` when the token is not accepted, with another fault when nothing was learned */
  checkCredits(account: AccountAccess, signal: AbortSignal): Promise<CreditsReport>;
  /** @throws Failure likewise */
  listSites(account: AccountAccess, signal: AbortSignal): Promise<AccountSite[]>;
}
