import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { within } from '../lib/patience.ts';
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
  findByToken(token: string): StoredSession | undefined;
  /** Newest first. */
  list(): StoredSession[];
  revoke(id: string): Promise<boolean>;
  /** Ends all sessions. @param exceptId one to keep */
  revokeAll(exceptId?: string): Promise<void>;
  /**
   * Reads the store again, after another process changed it.
   * @param onlyStored ends those that the store never took
   */
  reload(onlyStored?: boolean): Promise<void>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

const day = 86_400_000;
/** Unused that long, a session ends. */
const idleTime = 7 * day;
/** However much used, a session ends then. Milliseconds. */
export const longestSessionTime = 30 * day;
/** Resolution of `lastSeenAt`. */
const touchInterval = 60_000;
/** How long a login waits for its session to be stored; milliseconds. */
const savePatience = 1000;
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
  /** Sessions that the store has not taken (yet). */
  const unkept = new Set<StoredSession>();
  /** A list that was read before a change must not undo it in memory. */
  const inTurn = createSerial();

  async function load(): Promise<void> {
    const now = clock();
    const stored = await store.listSessions();
    byHash = new Map(
      [...stored, ...unkept].filter((session) => session.expiresAt > now).map((session) => [session.hash, session]),
    );
    for (const session of stored) if (session.expiresAt <= now) await store.deleteSession(session.id);
  }

  /** Nobody is kept out by a database in trouble: the session lasts as long as the process then. */
  async function keep(session: StoredSession): Promise<void> {
    unkept.add(session);
    const kept = store.saveSession(session).then(() => {
      unkept.delete(session);
    }, onError);
    remember(kept);
    await within(savePatience, kept);
  }

  function remember(write: Promise<unknown>): void {
    writes.add(write);
    write.finally(() => writes.delete(write));
  }

  function touch(session: StoredSession, now: number): StoredSession {
    const times = { lastSeenAt: now, expiresAt: Math.min(now + idleTime, session.createdAt + longestSessionTime) };
    const touched = { ...session, ...times };
    byHash.set(session.hash, touched);
    remember(store.touchSession(session.id, times).catch(onError));
    return touched;
  }

  async function end(session: StoredSession): Promise<boolean> {
    byHash.delete(session.hash);
    forget((other) => other.id === session.id);
    return store.deleteSession(session.id);
  }

  function forget(isOver: (session: StoredSession) => boolean): void {
    for (const session of unkept) if (isOver(session)) unkept.delete(session);
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
        byHash.set(session.hash, session);
        await keep(session);
        return { token, session };
      }),
    findByToken(token) {
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
        forget((session) => session.id !== exceptId);
        await store.deleteSessions(exceptId);
      }),
    reload: (onlyStored = false) =>
      inTurn(async () => {
        if (onlyStored) unkept.clear();
        await load();
      }),
    close: async () => {
      await Promise.all(writes);
    },
  };
}
