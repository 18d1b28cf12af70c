import type { Key } from '../../../contract/keys.ts';
import { type OrderKey, orderRows } from '../../ui/data-table/order-rows.ts';
import type { Order } from '../../ui/data-table/types.ts';

export const keyStates = ['active', 'expired', 'disabled'] as const;
export type KeyState = (typeof keyStates)[number];

export function stateOfKey({ enabled, expiresAt }: Pick<Key, 'enabled' | 'expiresAt'>, now: number): KeyState {
  if (!enabled) return 'disabled';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}

const orderKeys: Readonly<Record<string, (row: Key) => OrderKey>> = {
  name: (row) => row.name,
  activity: (row) => row.activity.reduce((sum, day) => sum + day, 0),
  lastUsed: (row) => row.lastUsedAt,
};

export interface KeySearch {
  readonly text: string;
  readonly state: KeyState | undefined;
  readonly order: Order | undefined;
}

/** Filters and sorts the keys. */
export function findKeys(
  all: readonly Key[],
  { text, state, order }: KeySearch,
  now: number,
  language: string,
): readonly Key[] {
  const wanted = text.trim().toLowerCase();
  const found = all.filter(
    (row) =>
      (state === undefined || stateOfKey(row, now) === state) &&
      (wanted === '' || [row.name, row.maskedKey].some((part) => part.toLowerCase().includes(wanted))),
  );
  return orderRows(found, order, orderKeys, language);
}

/** Counts keys by state, without zeros. */
export function countKeyStates(
  all: readonly Key[],
  now: number,
): { readonly state: KeyState; readonly count: number }[] {
  const counts = Map.groupBy(all, (row) => stateOfKey(row, now));
  return keyStates.flatMap((state) => {
    const count = counts.get(state)?.length ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
}
