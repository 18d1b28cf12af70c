import { useSyncExternalStore } from 'react';

/** A pending removal: hidden immediately, permanent when the undo period ends. */
interface Removal {
  readonly ids: readonly string[];
  readonly finish: () => void;
}

const pending = new Set<Removal>();
let hidden: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function changed(): void {
  hidden = new Set([...pending].flatMap(({ ids }) => ids));
  for (const notify of listeners) notify();
}

/** Undo period in milliseconds. */
export const undoPeriod = 8000;

interface RemovalOptions {
  readonly ids: readonly string[];
  /** Called when the undo period ends, or when the page is closed before that. */
  readonly onFinish: () => void;
}

/** Starts a removal. @returns a function that undoes it, and returns false if it is too late */
export function beginRemoval({ ids, onFinish }: RemovalOptions): () => boolean {
  const end = (): boolean => {
    clearTimeout(timer);
    const wasPending = pending.delete(removal);
    return wasPending;
  };
  const removal: Removal = {
    ids,
    finish() {
      if (end()) onFinish();
    },
  };
  const timer = setTimeout(removal.finish, undoPeriod);
  pending.add(removal);
  changed();
  return () => {
    const inTime = end();
    if (inTime) changed();
    return inTime;
  };
}

/** Clears a removal: the item is shown again if it could not be removed. */
export function settleRemovals(): void {
  changed();
}

/** Ids of hidden items. */
export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hidden,
  );
}

// Closing the page ends the undo period.
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    for (const { finish } of pending) finish();
  });
}
