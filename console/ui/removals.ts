import { useSyncExternalStore } from 'react';

/** What is being removed: hidden at once, gone for good when the time to think again is over. */
interface Removal {
  readonly ids: readonly string[];
  readonly finish: () => void;
}

const pending = new Set<Removal>();
let hidden: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function changed(): void {
  hidden = new Set([...pending].flatMap(({ ids }) => ids));
  for (const tell of listeners) tell();
}

/** How long it can be undone; milliseconds. */
export const thinkingTime = 8000;

interface RemovalOptions {
  readonly ids: readonly string[];
  /** Called when the time is over, or the page is left before. */
  readonly onFinish: () => void;
}

/** Begins a removal. @returns a function that takes it back; false when it was too late */
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
  const timer = setTimeout(removal.finish, thinkingTime);
  pending.add(removal);
  changed();
  return () => {
    const inTime = end();
    if (inTime) changed();
    return inTime;
  };
}

/** Shows again what could not be removed, and forgets what was. */
export function settleRemovals(): void {
  changed();
}

/** Ids that are not shown any more. */
export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hidden,
  );
}

// Who leaves has thought.
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    for (const { finish } of pending) finish();
  });
}
