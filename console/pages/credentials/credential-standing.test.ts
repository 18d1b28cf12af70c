import { expect, it } from 'vitest';
import { ableStandings, standingOf } from '../../../contract/credential-standing.ts';

const known = {
  enabled: true,
  draining: false,
  lastUsedAt: null,
  state: { name: 'ready' },
  credits: null,
} as const;
const ok = { status: 'ok' } as const;

it('says what a credential is good for', () => {
  expect(standingOf(known)).toBe('untested');
  expect(standingOf({ ...known, lastUsedAt: 1 })).toBe('ready');
  expect(standingOf({ ...known, credits: { ...ok, monthlyTotal: 10, monthlyUsed: 9 } })).toBe('ready');
  expect(standingOf({ ...known, state: { name: 'cooling', cause: 'quota' } })).toBe('quota');
  expect(standingOf({ ...known, state: { name: 'invalid' }, draining: true })).toBe('invalid');
  expect(standingOf({ ...known, draining: true })).toBe('draining');
  expect(standingOf({ ...known, enabled: false, state: { name: 'blocked' } })).toBe('disabled');
});

it('never calls one without credits able', () => {
  for (const credits of [
    { ...ok, monthlyRemaining: 0 },
    { ...ok, monthlyRemaining: 5, dailyTotal: 3, dailyUsed: 3 },
    { status: 'rate-limited' } as const,
    { status: 'blocked' } as const,
  ]) {
    expect(ableStandings).not.toContain(standingOf({ ...known, lastUsedAt: 1, credits }));
  }
});
