import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../lib/clock.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import { type Account, openAccount } from './account.ts';
import type { AdminStore } from './admin-store.ts';
import { type Audit, createAudit } from './audit.ts';
import { createKnownDevices, type KnownDevices } from './known-devices.ts';
import { createLoginThrottle, type Guesser, type LoginThrottle } from './login-throttle.ts';
import { AdminRefusal } from './refusal.ts';
import { createSecondFactor, type SecondFactor } from './second-factor.ts';
import { type OpenedSession, openSessions, type SessionOrigin, type Sessions } from './sessions.ts';

export interface LoginProof {
  readonly password: string;
  /** Of the second factor. */
  readonly code?: string | undefined;
}

/** The admin: authentication, sessions, and the audit log. */
export interface Admin {
  readonly account: Account;
  readonly sessions: Sessions;
  readonly secondFactor: SecondFactor;
  readonly audit: Audit;
  readonly devices: KnownDevices;
  /**
   * Opens a session after checking the password and, if enabled, the second factor's code. Throttled and audited.
   * @param guesser default: a stranger with the origin's address
   * @throws AdminRefusal
   */
  login(proof: LoginProof, origin: SessionOrigin, guesser?: Guesser): Promise<OpenedSession>;
  /**
   * Asks for the password again before a critical operation. Throttled like a login, but per session.
   * @throws AdminRefusal `wrong_password` or `too_many_attempts`
   */
  confirmPassword(password: string, sessionId: string): Promise<void>;
  /**
   * Changes the password and ends all other sessions.
   * @throws AdminRefusal `wrong_password`, `weak_password` or `too_many_attempts`
   */
  changePassword(
    current: string,
    next: string,
    by: { readonly sessionId: string; readonly address: string },
  ): Promise<void>;
  /** Sets a new random password that must be changed at the next login, and ends all sessions. For the command line. */
  resetPassword(options?: { readonly removeSecondFactor?: boolean }): Promise<string>;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface AdminOptions {
  readonly store: AdminStore;
  readonly clock?: Clock;
  readonly throttle?: LoginThrottle;
  /** Signs the cookies of known devices. Default: a random key, so devices are forgotten when the process ends. */
  readonly deviceKey?: KeyObject;
  /** Called when a background write failed. */
  readonly onError?: (error: unknown) => void;
}

/** How long a login waits for its audit entry to be written; milliseconds. */
const auditTimeout = 1000;

/** Opens the admin's account, sessions and audit log. */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const { store, clock = systemClock, throttle = createLoginThrottle(), onError = () => {} } = options;
  const { deviceKey = createSecretKey(randomBytes(32)) } = options;
  const account = await openAccount(store);
  return new OpenedAdmin({
    account,
    sessions: await openSessions({ store, clock, onError }),
    secondFactor: createSecondFactor(account, store, clock),
    audit: createAudit(store, { clock }),
    devices: createKnownDevices(deviceKey, clock),
    throttle,
    onError,
  });
}

interface AdminParts extends Pick<Admin, 'account' | 'sessions' | 'secondFactor' | 'audit' | 'devices'> {
  readonly throttle: LoginThrottle;
  readonly onError: (error: unknown) => void;
}

class OpenedAdmin implements Admin {
  readonly account: Account;
  readonly sessions: Sessions;
  readonly secondFactor: SecondFactor;
  readonly audit: Audit;
  readonly devices: KnownDevices;
  readonly #throttle: LoginThrottle;
  readonly #onError: (error: unknown) => void;

  constructor({ account, sessions, secondFactor, audit, devices, throttle, onError }: AdminParts) {
    this.account = account;
    this.sessions = sessions;
    this.secondFactor = secondFactor;
    this.audit = audit;
    this.devices = devices;
    this.#throttle = throttle;
    this.#onError = onError;
  }

  async login(
    proof: LoginProof,
    origin: SessionOrigin,
    guesser: Guesser = { kind: 'stranger', address: origin.address },
  ): Promise<OpenedSession> {
    const { passwordHash } = await this.account.read();
    await this.#checkProof(proof, origin, guesser);
    const opened = await this.sessions.create(origin);
    // Changing the password ends all sessions, including one that is being opened with the old password.
    if ((await this.account.read()).passwordHash !== passwordHash) {
      await this.sessions.revoke(opened.session.id);
      throw new AdminRefusal('wrong_password', 'The password was changed in the meantime.');
    }
    await this.account.spendAdoptedPassword(proof.password).catch(async (error: unknown) => {
      await this.sessions.revoke(opened.session.id);
      throw error;
    });
    const { address, userAgent } = origin;
    await this.#note({ action: 'session.login', target: opened.session.id, detail: userAgent, address });
    return opened;
  }

  confirmPassword(password: string, sessionId: string): Promise<void> {
    return this.#attempt({ kind: 'session', id: sessionId }, () => this.#checkPassword(password));
  }

  async changePassword(
    current: string,
    next: string,
    { sessionId, address }: { readonly sessionId: string; readonly address: string },
  ): Promise<void> {
    const endOthers = () => this.sessions.revokeAll(sessionId);
    // Before the change, because they must not outlast it if the database fails in between; and after it, because others
    // may have begun meanwhile.
    const change = () => this.account.changePassword(current, next, endOthers);
    await this.#attempt({ kind: 'session', id: sessionId }, change);
    await endOthers();
    await this.audit.record({ action: 'password.change', address });
  }

  async resetPassword(options?: { readonly removeSecondFactor?: boolean }): Promise<string> {
    const password = await this.account.resetPassword(options);
    await this.sessions.revokeAll();
    const detail = options?.removeSecondFactor ? 'The second factor was removed.' : '';
    await this.audit.record({ action: 'password.reset', detail });
    return password;
  }

  async reload(): Promise<void> {
    const before = this.account.knownPasswordHash();
    await this.account.reload();
    // Resetting the password also ends sessions that were never stored.
    await this.sessions.reload(this.account.knownPasswordHash() !== before);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }

  async #checkProof({ password, code }: LoginProof, { address }: SessionOrigin, guesser: Guesser): Promise<void> {
    try {
      await this.#attempt(guesser, async () => {
        await this.#checkPassword(password);
        await this.secondFactor.check(code);
      });
    } catch (error) {
      // A missing code is a normal step of a login, not a failure. Throttled attempts are not logged, because anyone
      // could fill the log with them.
      if (error instanceof AdminRefusal && (error.code === 'wrong_password' || error.code === 'wrong_code')) {
        await this.#note({ action: 'session.login-failed', detail: error.message, address });
      }
      throw error;
    }
  }

  /** Counts the attempt, runs it, and resets the counter if it succeeds. */
  async #attempt(guesser: Guesser, make: () => Promise<void>): Promise<void> {
    await this.#throttle.begin(guesser);
    try {
      await make();
    } catch (error) {
      if (error instanceof AdminRefusal && error.code === 'weak_password') await this.#throttle.succeed(guesser);
      throw error;
    }
    await this.#throttle.succeed(guesser);
  }

  /** Records an audit entry for operations that continue if the database fails. */
  async #note(entry: Parameters<Audit['record']>[0]): Promise<void> {
    await waitAtMost(auditTimeout, this.audit.record(entry).catch(this.#onError));
  }

  async #checkPassword(password: string): Promise<void> {
    if (!(await this.account.isPassword(password))) throw new AdminRefusal('wrong_password', 'The password is wrong.');
  }
}
