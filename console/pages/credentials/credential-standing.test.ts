import { expect, it } from 'vitest';
import { standingOf, usableStandings } from '../../../contract/credential-standing.ts';

const known = {
  enabled: true,
  draining: false,
  lastUsedAt: null,
  state: { name: 'ready', routes: [] },
  credits: null,
} as const;
const ok = { status: 'ok' } as const;

it('says what a credential is good for', () => {
  expect(standingOf(known)).toBe('untested');
  expect(standingOf({ ...known, lastUsedAt: 1 })).toBe('ready');
  expect(standingOf({ ...known, credits: { ...ok, monthlyTotal: 10, monthlyUsed: 9 } })).toBe('ready');
  expect(standingOf({ ...known, state: { name: 'cooling', cause: 'quota', routes: [] } })).toBe('quota');
  expect(standingOf({ ...known, state: { name: 'invalid', routes: [] }, draining: true })).toBe('invalid');
  expect(standingOf({ ...known, draining: true })).toBe('draining');
  expect(standingOf({ ...known, enabled: false, state: { name: 'blocked', routes: [] } })).toBe('disabled');
});

it('never calls one without credits able', () => {
  for (const credits of [
    { ...ok, monthlyRemaining: 0 },
    { ...ok, monthlyRemaining: 5, dailyTotal: 3, dailyUsed: 3 },
    { status: 'rate-limited' } as const,
    { status: 'blocked' } as const,
  ]) {
    expect(usableStandings).not.toContain(standingOf({ ...known, lastUsedAt: 1, credits }));
  }
});

it('says so when every route that was used is shut', () => {
  const withRoutes = (...names: readonly ('open' | 'shut' | 'trial' | 'unknown')[]) =>
    standingOf({ ...known, lastUsedAt: 1, state: { name: 'ready', routes: names.map((name) => ({ name })) } });
  expect(withRoutes('shut', 'shut', 'unknown')).toBe('no-route');
  expect(withRoutes('shut', 'trial')).toBe('ready');
  expect(withRoutes('shut', 'open')).toBe('ready');
  expect(withRoutes('unknown')).toBe('ready');
  expect(usableStandings).not.toContain('no-route');
});
