import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();

/** Told by any call that found no session; and again, with false, once somebody has logged in. */
export function tellSessionEnded(now: boolean): void {
  if (ended === now) return;
  ended = now;
  for (const tell of listeners) tell();
}

/** Whether the session has ended while a page was open. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
