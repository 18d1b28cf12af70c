import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../lib/clock.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import { type Account, openAccount } from './account.ts';
import type { AdminStore, StoredSession } from './admin-store.ts';
import { type Audit, createAudit } from './audit.ts';
import { createKnownDevices, type KnownDevices } from './known-devices.ts';
import { createLoginThrottle, type Guesser, type LoginThrottle } from './login-throttle.ts';
import { AdminRefusal } from './refusal.ts';
import { createSecondFactor, type SecondFactor } from './second-factor.ts';
import { openSessions, type SessionOrigin, type Sessions } from './sessions.ts';

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
  login(
    proof: { readonly password: string; readonly code?: string | undefined },
    origin: SessionOrigin,
    guesser?: Guesser,
  ): Promise<{ readonly token: string; readonly session: StoredSession }>;
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
  const sessions = await openSessions({ store, clock, onError });
  const secondFactor = createSecondFactor(account, store, clock);
  const audit = createAudit(store, { clock });

  /** Counts the attempt, runs it, and resets the counter if it succeeds. */
  async function attempt(guesser: Guesser, make: () => Promise<void>): Promise<void> {
    await throttle.begin(guesser);
    try {
      await make();
    } catch (error) {
      if (error instanceof AdminRefusal && error.code === 'weak_password') await throttle.succeed(guesser);
      throw error;
    }
    await throttle.succeed(guesser);
  }

  /** Records an audit entry for operations that continue if the database fails. */
  async function note(entry: Parameters<Audit['record']>[0]): Promise<void> {
    await waitAtMost(auditTimeout, audit.record(entry).catch(onError));
  }

  async function checkPassword(password: string): Promise<void> {
    if (!(await account.isPassword(password))) throw new AdminRefusal('wrong_password', 'The password is wrong.');
  }

  return {
    account,
    sessions,
    secondFactor,
    audit,
    devices: createKnownDevices(deviceKey, clock),
    async login({ password, code }, origin, guesser) {
      const { address } = origin;
      const { passwordHash } = await account.read();
      try {
        await attempt(guesser ?? { kind: 'stranger', address }, async () => {
          await checkPassword(password);
          await secondFactor.check(code);
        });
      } catch (error) {
        // A missing code is a normal step of a login, not a failure. Throttled attempts are not logged, because anyone
        // could fill the log with them.
        if (error instanceof AdminRefusal && (error.code === 'wrong_password' || error.code === 'wrong_code')) {
          await note({ action: 'session.login-failed', detail: error.message, address });
        }
        throw error;
      }
      const opened = await sessions.create(origin);
      // Changing the password ends all sessions, including one that is being opened with the old password.
      if ((await account.read()).passwordHash !== passwordHash) {
        await sessions.revoke(opened.session.id);
        throw new AdminRefusal('wrong_password', 'The password was changed in the meantime.');
      }
      await account.spendAdoptedPassword(password).catch(async (error: unknown) => {
        await sessions.revoke(opened.session.id);
        throw error;
      });
      await note({ action: 'session.login', target: opened.session.id, detail: origin.userAgent, address });
      return opened;
    },
    confirmPassword: (password, id) => attempt({ kind: 'session', id }, () => checkPassword(password)),
    async changePassword(current, next, { sessionId, address }) {
      await attempt({ kind: 'session', id: sessionId }, () => account.changePassword(current, next));
      await sessions.revokeAll(sessionId);
      await audit.record({ action: 'password.change', address });
    },
    async resetPassword(resetOptions) {
      const password = await account.resetPassword(resetOptions);
      await sessions.revokeAll();
      const detail = resetOptions?.removeSecondFactor ? 'The second factor was removed.' : '';
      await audit.record({ action: 'password.reset', detail });
      return password;
    },
    async reload() {
      const before = account.knownPasswordHash();
      await account.reload();
      // Resetting the password also ends sessions that were never stored.
      await sessions.reload(account.knownPasswordHash() !== before);
    },
    close: () => sessions.close(),
  };
}
