import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { randomToken, sha256Hex } from '../lib/secrets.ts';
import { createSerial } from '../lib/serial.ts';
import type { AdminStore, StoredSession } from './admin-store.ts';

/** Who opened a session, for the admin to tell them apart. */
export interface SessionOrigin {
  readonly address: string;
  readonly userAgent: string;
}

/** Logged-in browsers. All in memory, by the hash of their cookie; the store behind them. */
export interface Sessions {
  /** @returns the cookie's value, which is kept nowhere */
  create(origin: SessionOrigin): Promise<{ readonly token: string; readonly session: StoredSession }>;
  /** The session of a cookie's value while it lasts; its use prolongs it. */
  find(token: string): StoredSession | undefined;
  /** Newest first. */
  list(): StoredSession[];
  revoke(id: string): Promise<boolean>;
  /** Ends all sessions. @param exceptId one to keep */
  revokeAll(exceptId?: string): Promise<void>;
  /** Reads the store again, after another process changed it. */
  reload(): Promise<void>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

const day = 86_400_000;
/** Unused that long, a session ends. */
const idleTime = 7 * day;
/** However much used, a session ends then. Milliseconds. */
export const longestSessionTime = 30 * day;
/** A session's last use is known that exactly. */
const touchInterval = 60_000;
/** More sessions than anyone has browsers: the oldest end. */
const maximumSessions = 100;

export interface SessionsOptions {
  readonly store: Pick<
    AdminStore,
    'listSessions' | 'saveSession' | 'touchSession' | 'deleteSession' | 'deleteSessions'
  >;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  /** Told when a last use could not be written. */
  readonly onError?: (error: unknown) => void;
}

/** Opens the sessions over a store; those that are over are deleted from it. */
export async function openSessions(options: SessionsOptions): Promise<Sessions> {
  const { store, clock = systemClock, createId: nextId = createId, onError = () => {} } = options;
  let byHash = new Map<string, StoredSession>();
  const writes = new Set<Promise<unknown>>();
  /** A list that was read before a change must not undo it in memory. */
  const inTurn = createSerial();

  async function load(): Promise<void> {
    const now = clock();
    const stored = await store.listSessions();
    byHash = new Map(stored.filter((session) => session.expiresAt > now).map((session) => [session.hash, session]));
    for (const session of stored) if (session.expiresAt <= now) await store.deleteSession(session.id);
  }

  function touch(session: StoredSession, now: number): StoredSession {
    const times = { lastSeenAt: now, expiresAt: Math.min(now + idleTime, session.createdAt + longestSessionTime) };
    const touched = { ...session, ...times };
    byHash.set(session.hash, touched);
    const write = store.touchSession(session.id, times).catch(onError);
    writes.add(write);
    write.finally(() => writes.delete(write));
    return touched;
  }

  async function end(session: StoredSession): Promise<boolean> {
    byHash.delete(session.hash);
    return store.deleteSession(session.id);
  }

  const newestFirst = () => [...byHash.values()].sort((one, other) => other.createdAt - one.createdAt);

  await load();
  return {
    create: ({ address, userAgent }) =>
      inTurn(async () => {
        for (const oldest of newestFirst().slice(maximumSessions - 1)) await end(oldest);
        const token = randomToken();
        const now = clock();
        const session: StoredSession = {
          id: nextId(),
          hash: sha256Hex(token),
          createdAt: now,
          lastSeenAt: now,
          expiresAt: now + idleTime,
          address,
          userAgent: userAgent.slice(0, 300),
        };
        await store.saveSession(session);
        byHash.set(session.hash, session);
        return { token, session };
      }),
    find(token) {
      const session = byHash.get(sha256Hex(token));
      if (session === undefined) return undefined;
      const now = clock();
      if (session.expiresAt <= now) {
        byHash.delete(session.hash);
        return undefined;
      }
      return now - session.lastSeenAt < touchInterval ? session : touch(session, now);
    },
    list() {
      const now = clock();
      return newestFirst().filter((session) => session.expiresAt > now);
    },
    revoke: (id) =>
      inTurn(async () => {
        const session = newestFirst().find((candidate) => candidate.id === id);
        return session === undefined ? false : end(session);
      }),
    revokeAll: (exceptId) =>
      inTurn(async () => {
        byHash = new Map([...byHash].filter(([, session]) => session.id === exceptId));
        await store.deleteSessions(exceptId);
      }),
    reload: () => inTurn(load),
    close: async () => {
      await Promise.all(writes);
    },
  };
}
