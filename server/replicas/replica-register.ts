import { type Clock, systemClock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import type { Replica, ReplicaStore } from './replica.ts';

/** Which replicas live, as this one last heard. */
export interface ReplicaRegister {
  /** Itself first, then the others, oldest first. */
  list(): readonly Replica[];
  /** Says that this one ends. */
  close(): Promise<void>;
}

export interface RegisterOptions {
  readonly store: ReplicaStore;
  /** This replica. */
  readonly self: Pick<Replica, 'id' | 'name' | 'version'>;
  /** Requests that it has answered. */
  readonly requests: () => number;
  readonly isSharing: () => boolean;
  readonly clock?: Clock;
  /** Told when another one comes or goes. */
  readonly onChange?: (others: readonly Replica[]) => void;
  /** How often it says that it lives; milliseconds. */
  readonly interval?: number;
}

const defaultInterval = 5000;
/** Who has missed so many turns is gone. */
const missedTurns = 4;

/** Registers this replica, and goes on saying that it lives. While the store is away, what was known last stays. */
export function registerReplica(options: RegisterOptions): ReplicaRegister {
  const { store, requests, isSharing, clock = systemClock, onChange, interval = defaultInterval } = options;
  const since = clock();
  const inTurn = createSerial();
  let others: readonly Replica[] = [];
  let isClosed = false;
  let lastBeat = since;

  const describe = (): Replica => ({
    ...options.self,
    since,
    seenAt: clock(),
    requests: requests(),
    isSharing: isSharing(),
  });
  const beat = async () => {
    if (isClosed) return;
    const patience = missedTurns * interval;
    // Who could not say so itself cannot have heard of others either.
    const wasAway = clock() - lastBeat > patience;
    const all = await store.beat(describe(), wasAway ? 0 : clock() - patience);
    lastBeat = clock();
    const found = all.filter(({ id }) => id !== options.self.id);
    const before = others.map(({ id }) => id).join();
    others = found;
    if (found.map(({ id }) => id).join() !== before) onChange?.(found);
  };
  // The store's troubles are told by those who look after it.
  const turn = () => inTurn(beat).catch(() => undefined);
  void turn();
  const timer = setInterval(() => void turn(), interval).unref();
  return {
    list: () => [describe(), ...others],
    async close() {
      clearInterval(timer);
      isClosed = true;
      await inTurn(() => store.leave(options.self.id)).catch(() => undefined);
    },
  };
}
