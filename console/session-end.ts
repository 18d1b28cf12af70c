import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();

/** Set to true by any call that finds no session, and to false after a login. */
export function setSessionEnded(now: boolean): void {
  if (ended === now) return;
  ended = now;
  for (const notify of listeners) notify();
}

/** Whether the session ended while a page was open. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
