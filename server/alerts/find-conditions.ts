import type { AlertRules } from '../../contract/alerts.ts';
import { inactiveStandings, remainderOf, standingOf, usableStandings } from '../../contract/credential-standing.ts';
import type { PeriodName } from '../keys/budget-period.ts';
import type { ApiKey } from '../keys/key.ts';
import type { PeriodSpending } from '../keys/read-spending.ts';
import type { CredentialView } from '../pool/credential-view.ts';
import type { Condition } from './condition.ts';
import { maskEmail } from './mask-email.ts';

/** The gateway's state at one point in time. Times are milliseconds since the epoch. */
export interface Facts {
  readonly now: number;
  readonly credentials: readonly CredentialView[];
  readonly keys: readonly KeyFacts[];
  /** Of the last ten minutes. */
  readonly traffic: { readonly requests: number; readonly failures: number };
  /** The last scheduled backup; undefined if there was none. */
  readonly backup: { readonly at: number; readonly ok: boolean; readonly message: string } | undefined;
  /** Why changes cannot be stored at the moment, in English. */
  readonly storageTrouble: string | undefined;
  /** False if the database could not be read. Then only its trouble is certain. */
  readonly isComplete: boolean;
}

export interface KeyFacts {
  readonly key: ApiKey;
  /** undefined for a key without a budget. */
  readonly spending: Readonly<Record<PeriodName, PeriodSpending>> | undefined;
}

/** Milliseconds. Shorter outages are over before anyone could react. */
const minPoolOutage = 60_000;
const day = 86_400_000;

/** Finds the conditions of all enabled rules. */
export function findConditions(facts: Facts, rules: AlertRules): Condition[] {
  const ofStorage = rules.storage.enabled ? findStorageTrouble(facts) : [];
  if (!facts.isComplete) return ofStorage;
  return [
    ...(rules.poolReady.enabled ? findScarcePool(facts, rules.poolReady.below) : []),
    ...(rules.tokenInvalid.enabled ? findInvalidTokens(facts) : []),
    ...(rules.tokenExpiring.enabled ? findExpiringTokens(facts, rules.tokenExpiring.days) : []),
    ...(rules.credits.enabled ? findLowCredits(facts, rules.credits.below) : []),
    ...(rules.keyBudget.enabled ? facts.keys.flatMap(findSpentBudgets) : []),
    ...(rules.keyExpiring.enabled ? findExpiringKeys(facts, rules.keyExpiring.days) : []),
    ...(rules.errorRate.enabled ? findErrors(facts, rules.errorRate) : []),
    ...(rules.backupFailed.enabled ? findFailedBackup(facts) : []),
    ...ofStorage,
  ];
}

const nameOf = ({ credential }: CredentialView) => credential.label || maskEmail(credential.email);

function isWorking({ credential }: CredentialView): boolean {
  return credential.enabled && !credential.draining;
}

function findScarcePool({ credentials }: Facts, below: number): Condition[] {
  const standings = credentials.map(({ credential, lastUsedAt, state, credits }) =>
    standingOf({ enabled: credential.enabled, draining: credential.draining, lastUsedAt, state, credits }),
  );
  const total = standings.filter((standing) => !inactiveStandings.includes(standing)).length;
  const able = standings.filter((standing) => usableStandings.includes(standing)).length;
  // An empty pool is not reported, because the console already says so. If there are fewer credentials than the rule
  // requires, all of them must be ready.
  if (total === 0 || able >= Math.min(below, total)) return [];
  const returns = credentials.filter(isWorking).flatMap(({ state }) => state.until ?? []);
  const nextAt = returns.length === 0 ? null : Math.min(...returns);
  return [
    {
      rule: 'poolReady',
      key: 'poolReady',
      name: '',
      minDuration: minPoolOutage,
      reportsEnd: true,
      able,
      total,
      nextAt,
    },
  ];
}

function findInvalidTokens({ credentials }: Facts): Condition[] {
  return credentials
    .filter((view) => isWorking(view) && view.state.name === 'invalid')
    .map((view) => ({
      rule: 'tokenInvalid',
      key: `tokenInvalid:${view.credential.id}`,
      minDuration: 0,
      reportsEnd: true,
      name: nameOf(view),
    }));
}

/** Raised once before the date and once after it. */
function findExpiringTokens({ credentials, now }: Facts, days: number): Condition[] {
  return credentials.filter(isWorking).flatMap((view): Condition[] => {
    const { id, tokenExpiresAt: at } = view.credential;
    if (at === null || at > now + days * day) return [];
    const isOver = at <= now;
    const key = `tokenExpiring:${id}:${at}:${isOver ? 'over' : 'soon'}`;
    return [{ rule: 'tokenExpiring', key, minDuration: 0, reportsEnd: false, name: nameOf(view), at, isOver }];
  });
}

function findLowCredits({ credentials }: Facts, below: number): Condition[] {
  return credentials.filter(isWorking).flatMap((view): Condition[] => {
    const percent = percentLeft(view);
    if (percent === undefined || percent >= below) return [];
    const key = `credits:${view.credential.id}`;
    return [
      { rule: 'credits', key, minDuration: 0, reportsEnd: false, name: nameOf(view), percent: Math.floor(percent) },
    ];
  });
}

/** The remaining percentage of the period with the least left. */
function percentLeft({ credits }: CredentialView): number | undefined {
  if (credits === null) return undefined;
  const shares = [
    share(credits.monthlyTotal, remainderOf(credits.monthlyTotal, credits.monthlyUsed, credits.monthlyRemaining)),
    share(credits.dailyTotal, remainderOf(credits.dailyTotal, credits.dailyUsed, credits.dailyRemaining)),
  ].filter((one) => one !== undefined);
  return shares.length === 0 ? undefined : Math.min(...shares) * 100;
}

function share(total: number | undefined, rest: number | undefined): number | undefined {
  return total === undefined || rest === undefined || total <= 0 ? undefined : rest / total;
}

function findSpentBudgets({ key, spending }: KeyFacts): Condition[] {
  if (!key.enabled || spending === undefined) return [];
  const { tokensPerDay, tokensPerMonth, dollarsPerDay, dollarsPerMonth } = key.limits;
  const lines = [
    { period: 'day', unit: 'tokens', limit: tokensPerDay },
    { period: 'day', unit: 'dollars', limit: dollarsPerDay },
    { period: 'month', unit: 'tokens', limit: tokensPerMonth },
    { period: 'month', unit: 'dollars', limit: dollarsPerMonth },
  ] as const;
  return lines.flatMap(({ period, unit, limit }): Condition[] => {
    if (limit === null) return [];
    const used = spending[period];
    const spent = used[unit];
    const percent = spent >= limit ? 100 : spent >= limit * 0.8 ? 80 : undefined;
    if (percent === undefined) return [];
    return [
      {
        rule: 'keyBudget',
        // Each period and each threshold is reported once.
        key: `keyBudget:${key.id}:${period}:${unit}:${used.end}:${percent}`,
        minDuration: 0,
        reportsEnd: false,
        name: key.name,
        percent,
        period,
        unit,
        used: spent,
        limit,
        resetsAt: used.end,
      },
    ];
  });
}

function findExpiringKeys({ keys, now }: Facts, days: number): Condition[] {
  return keys.flatMap(({ key }): Condition[] => {
    const { expiresAt: at } = key;
    if (!key.enabled || at === null || at <= now || at > now + days * day) return [];
    return [
      {
        rule: 'keyExpiring',
        key: `keyExpiring:${key.id}:${at}`,
        minDuration: 0,
        reportsEnd: false,
        name: key.name,
        at,
      },
    ];
  });
}

function findErrors(
  { traffic: { requests, failures } }: Facts,
  rule: { readonly above: number; readonly requests: number },
): Condition[] {
  const percent = requests === 0 ? 0 : (failures / requests) * 100;
  if (requests < rule.requests || percent <= rule.above) return [];
  return [
    {
      rule: 'errorRate',
      key: 'errorRate',
      name: '',
      minDuration: 0,
      reportsEnd: true,
      percent: Math.round(percent),
      failures,
      requests,
    },
  ];
}

function findFailedBackup({ backup }: Facts): Condition[] {
  if (backup === undefined || backup.ok) return [];
  const { at, message: reason } = backup;
  return [{ rule: 'backupFailed', key: 'backupFailed', name: '', minDuration: 0, reportsEnd: true, at, reason }];
}

function findStorageTrouble({ storageTrouble: reason }: Facts): Condition[] {
  return reason === undefined
    ? []
    : [{ rule: 'storage', key: 'storage', name: '', minDuration: 0, reportsEnd: true, reason }];
}
