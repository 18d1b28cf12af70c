import { useSyncExternalStore } from 'react';

let asked = false;
const listeners = new Set<() => void>();

function request(now: boolean): void {
  asked = now;
  for (const notify of listeners) notify();
}

/** State of the palette: whether it is open, and how to open and close it. */
export function usePaletteRequest(): readonly [boolean, (now: boolean) => void] {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
  return [now, request];
}
