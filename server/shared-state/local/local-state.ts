import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { countOnly } from '../count-only.ts';
import type { SharedState, Shelf } from '../shared-state.ts';
import { createLocalBudgets } from './budgets.ts';
import { createLocalNotes } from './notes.ts';
import { createLocalPlaces } from './places.ts';

/** The state of a single gateway, in memory: a restart clears it. */
export function createLocalState(clock: Clock = systemClock): SharedState {
  const status = { kind: 'local', isShared: true, since: clock() } as const;
  const counters = new Map<string, RateLimiterMemory>();
  return {
    counter(name, seconds) {
      let counter = counters.get(name);
      if (counter === undefined) {
        counter = new RateLimiterMemory({ keyPrefix: name, points: countOnly, duration: seconds });
        counters.set(name, counter);
      }
      return counter;
    },
    budgets: createLocalBudgets(clock),
    places: createLocalPlaces(),
    notes: createLocalNotes(clock),
    shelf: emptyShelf,
    // There are no other replicas.
    news: { publish: () => undefined, subscribe: () => () => undefined, onGap: () => () => undefined },
    duties: { claim: async () => true },
    status: () => status,
    async close() {},
  };
}

/** Without other replicas there is nothing to share. */
const emptyShelf: Shelf = {
  isOpen: false,
  put: async () => undefined,
  get: async () => undefined,
  remove: async () => undefined,
};
