import { useSyncExternalStore } from 'react';

/** A key that was just made, whole: the pages that show set-ups fill it in. */
export interface CarriedKey {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

/** In memory only: it is gone with the page. */
let carried: CarriedKey | undefined;
const listeners = new Set<() => void>();

/** @param key undefined: none any more */
export function carryKey(key: CarriedKey | undefined): void {
  carried = key;
  for (const tell of listeners) tell();
}

export function useCarriedKey(): CarriedKey | undefined {
  return useSyncExternalStore(subscribe, () => carried);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
