import { useSyncExternalStore } from 'react';

let asked = false;
const listeners = new Set<() => void>();

function request(now: boolean): void {
  asked = now;
  for (const tell of listeners) tell();
}

/** Whether somebody wants the palette, and how to ask for it or to send it away. */
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
