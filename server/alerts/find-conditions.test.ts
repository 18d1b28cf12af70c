import { describe, expect, it } from 'vitest';
import { readAlertSettings } from './alert-settings.ts';
import { type Facts, findConditions } from './find-conditions.ts';
import { apiKey, credential, facts, start } from './testing/facts.ts';

const { rules } = readAlertSettings(undefined, () => undefined);
const day = 86_400_000;

function keysOf(changes: Partial<Facts>, changedRules = {}): string[] {
  return findConditions(facts(changes), { ...rules, ...changedRules }).map(({ key }) => key);
}

describe('rules', () => {
  it('find nothing if everything works, or nothing is configured', () => {
    expect(keysOf({})).toEqual([]);
    expect(keysOf({ credentials: [credential('a')], keys: [{ key: apiKey('k'), spending: undefined }] })).toEqual([]);
  });

  it('find a pool with too few ready credentials', () => {
    const cooling = credential('b', { state: { name: 'cooling', cause: 'rate', until: start + 60_000 } });
    const [found] = findConditions(facts({ credentials: [cooling, credential('c', { enabled: false })] }), rules);
    expect(found).toMatchObject({ rule: 'poolReady', able: 0, total: 1, nextAt: start + 60_000 });
    expect(keysOf({ credentials: [credential('a'), cooling] })).toEqual([]);
    const below = { poolReady: { enabled: true, below: 2 } };
    expect(keysOf({ credentials: [credential('a'), cooling] }, below)).toEqual(['poolReady']);
    // With a single credential, two can never be ready.
    expect(keysOf({ credentials: [credential('a')] }, below)).toEqual([]);
  });

  it('find rejected tokens, except of credentials that are out of service', () => {
    const state = { name: 'invalid', cause: 'token' } as const;
    const credentials = [credential('ok'), credential('a', { state }), credential('b', { state, enabled: false })];
    expect(keysOf({ credentials })).toEqual(['tokenInvalid:a']);
    const [found] = findConditions(facts({ credentials }), rules);
    // Messages pass through third-party services.
    expect(found?.name).toBe('…@example.com'.replace('…', 'a…'));
  });

  it('find tokens that expire soon or have expired, by the date that was entered', () => {
    const credentials = [13, 15, -1].map((days) =>
      credential(`in ${days}`, { label: `in ${days}`, tokenExpiresAt: start + days * day }),
    );
    const resting = credential('resting', { tokenExpiresAt: start + day, enabled: false });
    const found = findConditions(facts({ credentials: [...credentials, resting] }), rules);
    expect(found).toMatchObject([
      { rule: 'tokenExpiring', name: 'in 13', at: start + 13 * day, isOver: false },
      { rule: 'tokenExpiring', name: 'in -1', isOver: true },
    ]);
    expect(keysOf({ credentials }, { tokenExpiring: { enabled: true, days: 30 } })).toHaveLength(3);
  });

  it('find low credits, of the period with the least left', () => {
    const credits = (monthlyUsed: number, dailyRemaining?: number) => ({
      status: 'ok' as const,
      monthlyTotal: 100,
      monthlyUsed,
      ...(dailyRemaining !== undefined && { dailyTotal: 50, dailyRemaining }),
      checkedAt: start,
    });
    const credentials = [
      credential('a', { credits: credits(95) }),
      credential('b', { credits: credits(90) }),
      credential('c', { credits: credits(10, 2) }),
    ];
    expect(keysOf({ credentials })).toEqual(['credits:a', 'credits:c']);
  });

  it('find budgets at 80 and 100 %, in each period', () => {
    const spent = (dollars: number, end: number) => ({ tokens: 0, dollars, start: end - day, end });
    const at = (dollars: number, end: number) =>
      keysOf({
        keys: [
          {
            key: apiKey('k', {}, { dollarsPerDay: 5, tokensPerMonth: 1 }),
            spending: { day: spent(dollars, end), month: spent(0, end) },
          },
        ],
      });
    expect(at(3.99, 1)).toEqual([]);
    expect(at(4, 1)).toEqual(['keyBudget:k:day:dollars:1:80']);
    expect(at(5.2, 1)).toEqual(['keyBudget:k:day:dollars:1:100']);
    expect(at(5.2, 2)).toEqual(['keyBudget:k:day:dollars:2:100']);
  });

  it('find keys that expire soon', () => {
    const keys = [1, 6, 8, -1].map((days) => ({
      key: apiKey(`in ${days}`, { expiresAt: start + days * day }),
      spending: undefined,
    }));
    expect(findConditions(facts({ keys }), rules).map(({ name }) => name)).toEqual(['in 1', 'in 6']);
  });

  it('find many errors among enough requests, and a database that cannot store changes', () => {
    expect(keysOf({ traffic: { requests: 19, failures: 19 } })).toEqual([]);
    expect(keysOf({ traffic: { requests: 100, failures: 20 } })).toEqual([]);
    expect(keysOf({ traffic: { requests: 100, failures: 21 } })).toEqual(['errorRate']);
    expect(keysOf({ storageTrouble: 'The disk is full.' })).toEqual(['storage']);
    expect(keysOf({ backup: { at: start, ok: false, message: 'no space' } })).toEqual(['backupFailed']);
    expect(keysOf({ backup: { at: start, ok: true, message: '' } })).toEqual([]);
  });

  it('find nothing if they are disabled', () => {
    const off = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { ...rule, enabled: false }]));
    const bad = credential('a', { state: { name: 'invalid', cause: 'token' } });
    expect(keysOf({ credentials: [bad], storageTrouble: 'x', traffic: { requests: 100, failures: 99 } }, off)).toEqual(
      [],
    );
  });
});
