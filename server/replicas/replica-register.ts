import { type Clock, hasPassed, systemClock } from '../lib/clock.ts';
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

interface Heartbeat {
  readonly seenAt: number;
  readonly receivedAt: number;
}

/** The clocks of the replicas may differ, so only a first heartbeat is judged by its own time. */
function toHeartbeat({ seenAt }: Replica, known: Heartbeat | undefined, wasAway: boolean, now: number): Heartbeat {
  if (known === undefined && !wasAway) return { seenAt, receivedAt: Math.min(seenAt, now) };
  return known?.seenAt === seenAt && !wasAway ? known : { seenAt, receivedAt: now };
}

/** Registers this replica and sends heartbeats. While the store is unavailable, the last known list stays. */
export function registerReplica(options: RegisterOptions): ReplicaRegister {
  const { store, requests, isSharing, isExclusive = false, clock = systemClock } = options;
  const { onChange, interval = defaultInterval } = options;
  const since = clock();
  const inTurn = createSerial();
  const timeout = maxMissedBeats * interval;
  let others: readonly Replica[] = [];
  let gone: readonly Replica[] = [];
  /** The last heartbeat of each replica by its own clock, and when it was first seen by this replica's. */
  let heartbeats = new Map<string, Heartbeat>();
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
    const all = (await store.beat(describe(), gone)).filter(({ id }) => id !== options.self.id);
    const now = clock();
    // Without heartbeats of its own, this replica has no current information on the others.
    const wasAway = hasPassed(timeout + interval, lastBeat, now);
    lastBeat = now;
    heartbeats = new Map(all.map((other) => [other.id, toHeartbeat(other, heartbeats.get(other.id), wasAway, now)]));
    const isGone = ({ id }: Replica) => now - (heartbeats.get(id)?.receivedAt ?? now) > timeout;
    gone = all.filter(isGone);
    const found = isExclusive ? [] : all.filter((other) => !isGone(other));
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
