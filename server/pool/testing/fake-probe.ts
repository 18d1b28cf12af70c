import type { AccountAccess, AccountProbe, AccountSite, CreditsReport } from '../account-probe.ts';

/** An account probe with fixed answers, which records the calls. */
export class FakeProbe implements AccountProbe {
  readonly asked: string[] = [];
  /** Reports by email; errors are thrown. */
  readonly reports = new Map<string, CreditsReport | Error>();
  sites: AccountSite[] | Error = [];
  /** When set, answers wait for this promise. */
  gate: Promise<void> | undefined;

  async checkCredits({ email }: AccountAccess, signal: AbortSignal): Promise<CreditsReport> {
    this.asked.push(email);
    await this.gate;
    signal.throwIfAborted();
    const report = this.reports.get(email) ?? { status: 'ok' };
    if (report instanceof Error) throw report;
    return report;
  }

  async listSites(): Promise<AccountSite[]> {
    if (this.sites instanceof Error) throw this.sites;
    return this.sites;
  }
}
