import type { Finding } from '../../contract/doctor.ts';
import { balanceOf } from '../pool/core/credits.ts';
import type { CredentialTestResult } from '../pool/test-credential.ts';

/** The findings from a credential test: whether it works, its credits, and the billed site. */
export function readCredentialTest(subject: string, cloudId: string | null, test: CredentialTestResult): Finding[] {
  const account = readAccount(test);
  const known = account.state === 'good' ? [readCredits(test), readSite(cloudId, test)] : [];
  return [account, ...known].map((found) => ({ ...found, subject }));
}

function readAccount({ ok, status, message, credits }: CredentialTestResult): Finding {
  if (status === 401) return { check: 'account', state: 'bad', code: 'account-refused', parameters: {} };
  if (credits?.status === 'blocked') {
    const reason = credits.message ?? message;
    return { check: 'account', state: 'bad', code: 'account-blocked', parameters: { reason } };
  }
  if (!ok && credits === null) {
    return { check: 'account', state: 'bad', code: 'account-unknown', parameters: { reason: message } };
  }
  return { check: 'account', state: 'good', code: 'account-good', parameters: {} };
}

function readCredits({ credits, message }: CredentialTestResult): Finding {
  if (credits === null) return { check: 'credits', state: 'good', code: 'credits-unknown', parameters: {} };
  const { total, remaining } = balanceOf(credits);
  if (credits.status === 'rate-limited' || remaining === 0) {
    const reason = credits.message ?? message;
    return { check: 'credits', state: 'warn', code: 'credits-empty', parameters: { reason } };
  }
  if (total === undefined || remaining === undefined) {
    return { check: 'credits', state: 'good', code: 'credits-unknown', parameters: {} };
  }
  const parameters = { remaining: String(remaining), total: String(total) };
  return { check: 'credits', state: 'good', code: 'credits-left', parameters };
}

/** A credential without a site is billed to the account's first site with a plan. */
function readSite(cloudId: string | null, { sites }: CredentialTestResult): Finding {
  const [first] = sites;
  if (first === undefined) return { check: 'site', state: 'good', code: 'site-none', parameters: {} };
  const billed = cloudId === null ? first : sites.find((site) => site.cloudId === cloudId);
  if (billed === undefined) {
    return { check: 'site', state: 'warn', code: 'site-foreign', parameters: { site: cloudId ?? '' } };
  }
  const isGood = billed.hasActivePlan;
  const parameters = { site: billed.url === '' ? billed.cloudId : billed.url };
  return {
    check: 'site',
    state: isGood ? 'good' : 'warn',
    code: isGood ? 'site-good' : 'site-without-plan',
    parameters,
  };
}
