import { expect, it } from 'vitest';
import type { Key } from '../../../contract/keys.ts';
import { countKeyStates, findKeys } from './find-keys.ts';
import { noLimits } from './testing/no-limits.ts';

const key = (name: string, changes: Partial<Key> = {}): Key => ({
  id: name,
  name,
  maskedKey: `sk-${name}…`,
  enabled: true,
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  limits: noLimits,
  promptCaching: null,
  contentLoggingUntil: null,
  activity: [],
  ...changes,
});
const all = [key('b', { lastUsedAt: 5 }), key('a', { expiresAt: 50 }), key('c', { enabled: false, activity: [3, 4] })];
const names = (search: Partial<Parameters<typeof findKeys>[1]>) =>
  findKeys(all, { text: '', state: undefined, order: undefined, ...search }, 100, 'en').map(({ name }) => name);

it('finds keys by name, mask and state, in an order', () => {
  expect(names({})).toEqual(['b', 'a', 'c']);
  expect(names({ text: 'SK-A' })).toEqual(['a']);
  expect(names({ state: 'expired' })).toEqual(['a']);
  expect(names({ order: { column: 'activity', descending: true } })).toEqual(['c', 'b', 'a']);
  expect(countKeyStates(all, 100)).toEqual([
    { state: 'active', count: 1 },
    { state: 'expired', count: 1 },
    { state: 'disabled', count: 1 },
  ]);
});
