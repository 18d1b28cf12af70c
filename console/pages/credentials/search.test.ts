import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../contract/credentials.ts';
import { countStandings, credentialsSearch, findCredentials } from './search.ts';

const credential = (id: string, changes: Partial<Credential> = {}): Credential => ({
  id,
  label: '',
  email: `${id}@example.com`,
  maskedToken: 'ATAT…wxyz',
  tokenExpiresAt: null,
  cloudId: null,
  enabled: true,
  draining: false,
  weight: 1,
  maxConcurrency: null,
  createdAt: 0,
  lastUsedAt: 5,
  state: { name: 'ready', routes: [], inFlight: 0 },
  credits: null,
  activity: [],
  ...changes,
});
const cooling = (cause: 'rate' | 'quota'): Credential['state'] => ({ name: 'cooling', cause, routes: [], inFlight: 0 });
const all = [
  credential('b', { label: 'Zoo', credits: { status: 'ok', monthlyRemaining: 5, checkedAt: 0 } }),
  credential('a', { state: cooling('quota') }),
  credential('c', { state: cooling('quota'), credits: { status: 'ok', monthlyRemaining: 90, checkedAt: 0 } }),
  credential('d', { enabled: false }),
];
const ids = (search: Parameters<typeof findCredentials>[1]) => findCredentials(all, search, 'en').map(({ id }) => id);

describe('the pool’s list', () => {
  it('is searched by label, email and token, and narrowed to a state', () => {
    expect(ids({ text: ' ZOO ' })).toEqual(['b']);
    expect(ids({ text: 'c@ex' })).toEqual(['c']);
    expect(ids({ state: 'quota' })).toEqual(['a', 'c']);
    expect(ids({ state: 'quota', text: 'a@' })).toEqual(['a']);
  });

  it('is ordered by what it shows', () => {
    expect(ids({ order: 'name' })).toEqual(['a', 'c', 'd', 'b']);
    expect(ids({ order: 'credits', descending: true })).toEqual(['c', 'b', 'a', 'd']);
    expect(ids({ order: 'state' })).toEqual(['b', 'a', 'c', 'd']);
  });

  it('counts its states', () => {
    expect(countStandings(all)).toEqual([
      { standing: 'ready', count: 1 },
      { standing: 'quota', count: 2 },
      { standing: 'disabled', count: 1 },
    ]);
  });

  it('has an address that drops what it does not know', () => {
    expect(credentialsSearch.parse({ state: 'odd', order: 'age', text: 'x', descending: 'y' })).toEqual({ text: 'x' });
  });
});
