import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { randomToken, sha256Hex } from '../lib/secrets.ts';
import { createSerial } from '../lib/serial.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { AdminStore, StoredSession } from './admin-store.ts';

/** The origin of a session, shown to the admin. */
export interface SessionOrigin {
  readonly address: string;
  readonly userAgent: string;
}

/** Logged-in browsers. All sessions are cached in memory by the hash of their cookie and written to the store. */
export interface Sessions {
  /** @returns the cookie's value, which is not stored anywhere */
  create(origin: SessionOrigin): Promise<{ readonly token: string; readonly session: StoredSession }>;
  /** Finds the session for a cookie's value unless it has expired, and extends it. */
  findByToken(token: string): StoredSession | undefined;
  /** Newest first. */
  list(): StoredSession[];
  revoke(id: string): Promise<boolean>;
  /** Ends all sessions. @param exceptId a session to keep */
  revokeAll(exceptId?: string): Promise<void>;
  /**
   * Reads the store again after another process changed it.
   * @param onlyStored also ends the sessions that were never stored
   */
  reload(onlyStored?: boolean): Promise<void>;
  /** Waits for pending writes. */
  close(): Promise<void>;
}

const day = 86_400_000;
/** A session expires if it is unused for this long. Milliseconds. */
const idleTime = 7 * day;
/** Maximum lifetime of a session. Milliseconds. */
export const maxSessionLifetime = 30 * day;
/** Resolution of `lastSeenAt`. */
const touchInterval = 60_000;
/** How long a login waits for its session to be stored; milliseconds. */
const saveTimeout = 1000;
/** More than the admin can have browsers. Beyond it, the oldest sessions are ended. */
const maxSessions = 100;

export interface SessionsOptions {
  readonly store: Pick<
    AdminStore,
    'listSessions' | 'saveSession' | 'touchSession' | 'deleteSession' | 'deleteSessions'
  >;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  /** Called if a session's last use could not be written. */
  readonly onError?: (error: unknown) => void;
}

/** Opens the sessions and deletes expired ones from the store. */
export async function openSessions(options: SessionsOptions): Promise<Sessions> {
  const { store, clock = systemClock, createId: nextId = createId, onError = () => {} } = options;
  let byHash = new Map<string, StoredSession>();
  const writes = new Set<Promise<unknown>>();
  /** Sessions that are not stored (yet). */
  const unkept = new Set<StoredSession>();
  /** Serializes changes, because a list that was read before a change must not undo it in memory. */
  const inTurn = createSerial();

  async function load(): Promise<void> {
    const now = clock();
    const stored = await store.listSessions();
    byHash = new Map(
      [...stored, ...unkept].filter((session) => session.expiresAt > now).map((session) => [session.hash, session]),
    );
    for (const session of stored) if (session.expiresAt <= now) await store.deleteSession(session.id);
  }

  /** If the database fails, the login still succeeds, but the session ends with the process. */
  async function keep(session: StoredSession): Promise<void> {
    unkept.add(session);
    const kept = store.saveSession(session).then(() => {
      unkept.delete(session);
    }, onError);
    remember(kept);
    await waitAtMost(saveTimeout, kept);
  }

  function remember(write: Promise<unknown>): void {
    writes.add(write);
    write.finally(() => writes.delete(write));
  }

  function touch(session: StoredSession, now: number): StoredSession {
    const times = { lastSeenAt: now, expiresAt: Math.min(now + idleTime, session.createdAt + maxSessionLifetime) };
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
        for (const oldest of newestFirst().slice(maxSessions - 1)) await end(oldest);
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
