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

export interface OpenedSession {
  /** The cookie's value, which is not stored anywhere. */
  readonly token: string;
  readonly session: StoredSession;
}

/** Logged-in browsers. All sessions are cached in memory by the hash of their cookie and written to the store. */
export interface Sessions {
  create(origin: SessionOrigin): Promise<OpenedSession>;
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
  const sessions = new StoredSessions(options);
  await sessions.reload();
  return sessions;
}

class StoredSessions implements Sessions {
  readonly #store: SessionsOptions['store'];
  readonly #clock: Clock;
  readonly #createId: CreateId;
  readonly #onError: (error: unknown) => void;
  #byHash = new Map<string, StoredSession>();
  readonly #writes = new Set<Promise<unknown>>();
  /** Sessions that are not stored (yet). */
  readonly #unstored = new Set<StoredSession>();
  /** Serializes changes, because a list that was read before a change must not undo it in memory. */
  readonly #inTurn = createSerial();

  constructor({ store, clock = systemClock, createId: nextId = createId, onError = () => {} }: SessionsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#createId = nextId;
    this.#onError = onError;
  }

  create(origin: SessionOrigin): Promise<OpenedSession> {
    return this.#inTurn(async () => {
      for (const oldest of this.#newestFirst().slice(maxSessions - 1)) await this.#end(oldest);
      const token = randomToken();
      const session = this.#newSession(origin, token);
      this.#byHash.set(session.hash, session);
      await this.#keep(session);
      return { token, session };
    });
  }

  findByToken(token: string): StoredSession | undefined {
    const session = this.#byHash.get(sha256Hex(token));
    if (session === undefined) return undefined;
    const now = this.#clock();
    if (session.expiresAt <= now) {
      this.#byHash.delete(session.hash);
      return undefined;
    }
    return now - session.lastSeenAt < touchInterval ? session : this.#touch(session, now);
  }

  list(): StoredSession[] {
    const now = this.#clock();
    return this.#newestFirst().filter((session) => session.expiresAt > now);
  }

  revoke(id: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const session = this.#newestFirst().find((candidate) => candidate.id === id);
      return session === undefined ? false : this.#end(session);
    });
  }

  revokeAll(exceptId?: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#byHash = new Map([...this.#byHash].filter(([, session]) => session.id === exceptId));
      this.#forget((session) => session.id !== exceptId);
      await this.#store.deleteSessions(exceptId);
    });
  }

  reload(onlyStored = false): Promise<void> {
    return this.#inTurn(async () => {
      if (onlyStored) this.#unstored.clear();
      await this.#load();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#writes);
  }

  async #load(): Promise<void> {
    const now = this.#clock();
    const stored = await this.#store.listSessions();
    const current = [...stored, ...this.#unstored].filter((session) => session.expiresAt > now);
    this.#byHash = new Map(current.map((session) => [session.hash, session]));
    try {
      for (const session of stored) if (session.expiresAt <= now) await this.#store.deleteSession(session.id);
    } catch (error) {
      this.#onError(error);
    }
  }

  #newSession({ address, userAgent }: SessionOrigin, token: string): StoredSession {
    const now = this.#clock();
    return {
      id: this.#createId(),
      hash: sha256Hex(token),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + idleTime,
      address,
      userAgent: userAgent.slice(0, 300),
    };
  }

  /** If the database fails, the login still succeeds, but the session ends with the process. */
  async #keep(session: StoredSession): Promise<void> {
    this.#unstored.add(session);
    const kept = this.#store.saveSession(session).then(() => {
      this.#unstored.delete(session);
    }, this.#onError);
    this.#remember(kept);
    await waitAtMost(saveTimeout, kept);
  }

  #remember(write: Promise<unknown>): void {
    this.#writes.add(write);
    write.finally(() => this.#writes.delete(write));
  }

  #touch(session: StoredSession, now: number): StoredSession {
    const times = { lastSeenAt: now, expiresAt: Math.min(now + idleTime, session.createdAt + maxSessionLifetime) };
    const touched = { ...session, ...times };
    this.#byHash.set(session.hash, touched);
    this.#remember(this.#store.touchSession(session.id, times).catch(this.#onError));
    return touched;
  }

  async #end(session: StoredSession): Promise<boolean> {
    this.#byHash.delete(session.hash);
    this.#forget((other) => other.id === session.id);
    return this.#store.deleteSession(session.id);
  }

  #forget(isOver: (session: StoredSession) => boolean): void {
    for (const session of this.#unstored) if (isOver(session)) this.#unstored.delete(session);
  }

  #newestFirst(): StoredSession[] {
    return [...this.#byHash.values()].sort((one, other) => other.createdAt - one.createdAt);
  }
}
