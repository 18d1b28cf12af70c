import { type Clock, systemClock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import type { Replica, ReplicaStore } from './replica.ts';

/** The running replicas, as last seen by this one. */
export interface ReplicaRegister {
  /** This replica first, then the others, oldest first. */
  list(): readonly Replica[];
  /** Unregisters this replica. */
  close(): Promise<void>;
}

export interface RegisterOptions {
  readonly store: ReplicaStore;
  /** This replica. */
  readonly self: Pick<Replica, 'id' | 'name' | 'version'>;
  /** The number of requests this replica has answered. */
  readonly requests: () => number;
  readonly isSharing: () => boolean;
  /** Only one replica at a time can use the store. Others in it are processes that were killed. */
  readonly isExclusive?: boolean;
  readonly clock?: Clock;
  /** Called when another replica appears or disappears. */
  readonly onChange?: (others: readonly Replica[]) => void;
  /** Heartbeat interval; milliseconds. */
  readonly interval?: number;
}

const defaultInterval = 5000;
/** A replica that missed this many heartbeats is gone. */
const maxMissedBeats = 4;

/** Registers this replica and sends heartbeats. While the store is unavailable, the last known list stays. */
export function registerReplica(options: RegisterOptions): ReplicaRegister {
  const { store, requests, isSharing, isExclusive = false, clock = systemClock } = options;
  const { onChange, interval = defaultInterval } = options;
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
    const timeout = maxMissedBeats * interval;
    // Without heartbeats of its own, this replica has no current information on the others.
    const wasAway = clock() - lastBeat > timeout;
    const all = await store.beat(describe(), wasAway ? 0 : clock() - timeout);
    lastBeat = clock();
    const found = isExclusive ? [] : all.filter(({ id }) => id !== options.self.id);
    const before = others.map(({ id }) => id).join();
    others = found;
    if (found.map(({ id }) => id).join() !== before) onChange?.(found);
  };
  // Store failures are reported by the storage watch.
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
