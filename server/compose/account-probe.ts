import type { AccountProbe, AccountSite, CreditsReport } from '../pool/account-probe.ts';
import { type AccountCredits, checkCredits, listSites, type AccountSite as UpstreamSite } from '../upstream/account.ts';
import type { UpstreamClient } from '../upstream/client.ts';

/** Implements the pool's account checks with upstream calls. */
export function createAccountProbe(client: UpstreamClient): AccountProbe {
  return {
    checkCredits: async (account, signal) => toReport(await checkCredits(client, account, signal)),
    listSites: async (account, signal) => (await listSites(client, account, signal)).map(toSite),
  };
}

/** Omits fields that the upstream omits. */
function toReport({ status, balance, message, retryAfterSeconds }: AccountCredits): CreditsReport {
  const known = Object.entries({ ...balance, message, retryAfterSeconds }).filter(([, value]) => value !== null);
  return { status, ...Object.fromEntries(known) };
}

function toSite(site: UpstreamSite): AccountSite {
  return { cloudId: site.siteId, url: site.siteUrl, hasActivePlan: site.active, isTrial: site.trial };
}
