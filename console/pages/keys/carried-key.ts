import { useSyncExternalStore } from 'react';

/** A new key in full, which the pages with set-ups fill in. */
export interface CarriedKey {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

/** Kept in memory only, until the page is closed. */
let carried: CarriedKey | undefined;
const listeners = new Set<() => void>();

/** @param key undefined clears it */
export function carryKey(key: CarriedKey | undefined): void {
  carried = key;
  for (const notify of listeners) notify();
}

export function useCarriedKey(): CarriedKey | undefined {
  return useSyncExternalStore(subscribe, () => carried);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
