import { createHash } from 'node:crypto';
import type { Behaviour } from '../behaviour.ts';
import type { Reply } from '../delivery/frame.ts';
import { type Balance, type ErrorReply, entitlementBody } from '../refusal/errors.ts';
import type { Account, Accounts } from './accounts.ts';

/** The response of the credits endpoint; the `credits` knob decides which parts of `balance` are missing. */
export function answerCredits(account: Account, accounts: Accounts, behaviour: Behaviour): Reply {
  const balance = accounts.balance(account, behaviour);
  switch (behaviour.credits) {
    case 'full':
      return { kind: 'json', body: fullCredits(balance) };
    case 'nulls':
      return { kind: 'json', body: nullCredits };
    case 'nothing':
      return { kind: 'json', body: {} };
    case 'not-entitled':
      return { kind: 'json', body: { ...notEntitled(behaviour), balance } };
    case 'forbidden':
      return jsonError(403, notEntitled(behaviour));
    case 'html':
      return {
        kind: 'error',
        status: 403,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<html><body><h1>403 Forbidden</h1></body></html>',
      };
    case 'blocked':
      return jsonError(403, {
        status: 'USER_BLOCKED',
        message: 'Your account has been blocked from using this product',
      });
    case 'unauthorized':
      return jsonError(401, { message: 'Unauthorized' });
    case 'unavailable':
      return jsonError(503, { message: 'Service unavailable' });
    case 'rate-limited':
      return rateLimited(spendAll(balance), behaviour['retry-after'] || 60);
    case 'unknown':
      return { kind: 'json', body: { status: 'UNKNOWN' } };
    case 'empty':
      return { kind: 'json', body: { status: 'OK', balance: {} } };
    case 'daily':
      return { kind: 'json', body: { status: 'OK', balance: keepBeginning(balance, 'daily') } };
    case 'monthly':
      return { kind: 'json', body: { status: 'OK', balance: keepBeginning(balance, 'monthly') } };
    default: {
      const isDry = balance.dailyRemaining === 0 || balance.monthlyRemaining === 0;
      return isDry
        ? rateLimited(balance, accounts.secondsToReset(account, behaviour))
        : { kind: 'json', body: { status: 'OK', balance } };
    }
  }
}

/** The response of the sites endpoint; site ids are derived from the email. */
export function answerSites(email: string, behaviour: Behaviour): Reply {
  switch (behaviour.sites) {
    case 'unauthorized':
      return jsonError(401, { message: 'Unauthorized' });
    case 'unavailable':
      return jsonError(503, { message: 'Service unavailable' });
    case 'empty':
      return { kind: 'json', body: { sites: [] } };
    case 'nothing':
      return { kind: 'json', body: {} };
    case 'everywhere':
      return {
        kind: 'json',
        body: { sites: [{ ...site(email, 1, false), hasActiveRovoDevEverywhereEligibleSKU: true, isTrial: true }] },
      };
    case 'inactive':
      return { kind: 'json', body: { sites: [site(email, 1, false)] } };
    case 'two':
      return { kind: 'json', body: { sites: [site(email, 1, false), site(email, 2, true)] } };
    default:
      return { kind: 'json', body: { sites: [site(email, 1, true)] } };
  }
}

function notEntitled({ entitlement }: Behaviour): object {
  return entitlementBody(entitlement, 'Your administrator has not enabled this product');
}

/** All fields that the endpoint has been seen to return. */
function fullCredits(balance: Balance): object {
  return {
    status: 'OK',
    balance,
    message: null,
    retryAfterSeconds: null,
    modelUsages: { 'Claude Sonnet 4.6': 2_394_221, 'GPT-5.2': 1_200 },
    userCreditLimits: {
      limits: { monthlyCreditAllocation: 2_000, monthlyCreditCap: null, creditType: 'ROVO_DEV_STANDARD' },
    },
  };
}

const nullCredits = {
  status: 'OK',
  balance: {
    monthlyTotal: null,
    monthlyUsed: null,
    monthlyRemaining: null,
    dailyTotal: null,
    dailyUsed: null,
    dailyRemaining: null,
  },
  message: null,
  retryAfterSeconds: null,
  modelUsages: null,
  userCreditLimits: null,
};

function rateLimited(balance: Balance, retryAfterSeconds: number): Reply {
  return {
    kind: 'json',
    body: { status: 'RATE_LIMITED', balance, message: 'You have used up your credits', retryAfterSeconds },
  };
}

function spendAll(balance: Balance): Balance {
  const { dailyTotal = 0, monthlyTotal = 0 } = balance;
  return {
    monthlyTotal,
    monthlyUsed: monthlyTotal,
    monthlyRemaining: 0,
    dailyTotal,
    dailyUsed: dailyTotal,
    dailyRemaining: 0,
  };
}

function keepBeginning(balance: Balance, beginning: string): Balance {
  return Object.fromEntries(Object.entries(balance).filter(([name]) => name.startsWith(beginning)));
}

function jsonError(status: number, body: object): ErrorReply {
  return { kind: 'error', status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function site(email: string, number: number, isActive: boolean): object {
  const digits = createHash('sha256').update(`${email} ${number}`).digest('hex');
  const siteId = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
  const name = (email.split('@')[0] ?? '').replace(/[^a-zA-Z0-9-]/g, '-').toLowerCase() || 'site';
  return { siteId, siteUrl: `https://${name}-${number}.atlassian.net`, hasActiveRovoDevSKU: isActive, isTrial: false };
}
