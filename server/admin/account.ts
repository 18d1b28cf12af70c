import { randomPassword } from '../lib/secrets.ts';
import { createSerial } from '../lib/serial.ts';
import { Unavailable } from '../lib/unavailable.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { AdminAccount, AdminStore } from './admin-store.ts';
import { hashPassword, isImportedHash, isSpentHash, toImportedHash, toSpentHash, verifyPassword } from './password.ts';
import { findPasswordWeakness } from './password-weakness.ts';
import { AdminRefusal } from './refusal.ts';

/** The admin's password and second factor. The store is read again before each change and each check. */
export interface Account {
  /**
   * Creates the account if there is none.
   * @param password the first password, which then need not be changed
   * @throws Error with a one-line message that names the setting, if the password is weak
   * @returns the generated password if none was given. Print it now, because it is not stored anywhere
   */
  firstStart(password?: string): Promise<string | undefined>;
  passwordChangeRequired(): boolean;
  secondFactorEnabled(): boolean;
  /** As last read; undefined if there is no account. */
  knownPasswordHash(): string | undefined;
  isPassword(password: string): Promise<boolean>;
  /** Whether an imported password may become this one's: the admin has not chosen one yet. */
  canAdoptPassword(): boolean;
  /**
   * Adopts an imported password, which allows one login and must then be changed.
   * @param sha256 hex, unsalted
   * @returns false if the admin has chosen a password in the meantime
   */
  adoptPassword(sha256: string): Promise<boolean>;
  /**
   * Uses up the single login of an adopted password, which is stored as argon2id from then on. Has no effect for other
   * passwords.
   * @throws AdminRefusal `wrong_password` if it was already used
   */
  spendAdoptedPassword(password: string): Promise<void>;
  /** @throws AdminRefusal `wrong_password` or `weak_password` */
  changePassword(current: string, next: string): Promise<void>;
  /**
   * Sets a new random password that must be changed at the next login.
   * @param options removeSecondFactor: also remove the second factor, if the admin has lost it
   * @throws Error if there is no account yet
   */
  resetPassword(options?: { readonly removeSecondFactor?: boolean }): Promise<string>;
  /**
   * Reads, changes and writes the account. Changes are serialized.
   * @param change returns the changes; undefined for none
   */
  update(change: (account: AdminAccount) => Partial<AdminAccount> | undefined): Promise<AdminAccount>;
  /** The account as currently stored. */
  read(): Promise<AdminAccount>;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
}

/** How long a login waits for the store; milliseconds. */
const readTimeout = 1000;

/** Opens the account. It may not exist until `firstStart` is called. */
export async function openAccount(
  store: Pick<AdminStore, 'loadAccount' | 'createAccount' | 'saveAccount'>,
): Promise<Account> {
  const inTurn = createSerial();
  let known: AdminAccount | undefined;

  async function load(): Promise<AdminAccount | undefined> {
    known = await store.loadAccount();
    return known;
  }

  /** The stored account, or the last known one if the store does not respond in time. */
  async function read(): Promise<AdminAccount> {
    const account = (await waitAtMost(readTimeout, load().catch(fallBack))) ?? known;
    if (account === undefined) throw new Error('there is no admin account yet: start the gateway once');
    return account;
  }

  function fallBack(error: unknown): AdminAccount | undefined {
    if (error instanceof Unavailable && known !== undefined) return known;
    throw error;
  }

  async function save(account: AdminAccount): Promise<AdminAccount> {
    await store.saveAccount(account);
    known = account;
    return account;
  }

  const update: Account['update'] = (change) =>
    inTurn(async () => {
      const account = await read();
      const changes = change(account);
      return changes === undefined ? account : save({ ...account, ...changes });
    });

  await load();
  return {
    firstStart: (password) =>
      inTurn(async () => {
        if ((await load()) !== undefined) return undefined;
        const weakness = password === undefined ? undefined : await findPasswordWeakness(password);
        if (weakness !== undefined) throw new Error(`Bad setting ADMIN_PASSWORD: ${weakness}`);
        const first = password ?? randomPassword();
        const account = {
          passwordHash: await hashPassword(first),
          passwordChangeRequired: password === undefined,
          secondFactorSecret: null,
          recoveryCodeHashes: [],
        };
        // Another replica may have created the account in the meantime. Its password counts.
        const isOwn = await store.createAccount(account);
        await load();
        return isOwn && password === undefined ? first : undefined;
      }),
    passwordChangeRequired: () => known?.passwordChangeRequired ?? true,
    secondFactorEnabled: () => (known?.secondFactorSecret ?? null) !== null,
    knownPasswordHash: () => known?.passwordHash,
    isPassword: async (password) => verifyPassword(password, (await read()).passwordHash),
    canAdoptPassword: () => isAdoptable(known),
    adoptPassword: (sha256) =>
      inTurn(async () => {
        const account = await load();
        if (!isAdoptable(account)) return false;
        const adopted = { passwordHash: toImportedHash(sha256), passwordChangeRequired: true };
        await save({ secondFactorSecret: null, recoveryCodeHashes: [], ...account, ...adopted });
        return true;
      }),
    async spendAdoptedPassword(password) {
      const { passwordHash } = await read();
      if (isSpentHash(passwordHash)) throw spent();
      if (!isImportedHash(passwordHash)) return;
      const spentHash = toSpentHash(await hashPassword(password));
      await update((stored) => {
        if (stored.passwordHash !== passwordHash) throw spent();
        return { passwordHash: spentHash };
      });
    },
    async changePassword(current, next) {
      const account = await read();
      if (!(await verifyPassword(current, account.passwordHash))) {
        throw new AdminRefusal('wrong_password', 'The current password is wrong.');
      }
      const weakness = await findPasswordWeakness(next, current);
      if (weakness !== undefined) throw new AdminRefusal('weak_password', weakness);
      const passwordHash = await hashPassword(next);
      // If the password was reset in the meantime, the checked one is no longer valid.
      await update((stored) => {
        if (stored.passwordHash !== account.passwordHash) {
          throw new AdminRefusal('wrong_password', 'The password was changed in the meantime.');
        }
        return { passwordHash, passwordChangeRequired: false };
      });
    },
    async resetPassword(options = {}) {
      const password = randomPassword();
      const passwordHash = await hashPassword(password);
      await update(() => ({
        passwordHash,
        passwordChangeRequired: true,
        ...(options.removeSecondFactor ? { secondFactorSecret: null, recoveryCodeHashes: [] } : {}),
      }));
      return password;
    },
    update,
    read,
    reload: async () => {
      await inTurn(load);
    },
  };
}

/** Whether the password is a generated one that has not been changed, so nobody has chosen it. */
function isAdoptable(account: AdminAccount | undefined): boolean {
  if (account === undefined) return true;
  const { passwordHash, passwordChangeRequired } = account;
  return passwordChangeRequired && !isImportedHash(passwordHash) && !isSpentHash(passwordHash);
}

function spent(): AdminRefusal {
  return new AdminRefusal(
    'wrong_password',
    'The imported password has already been used: choose a new one in that session, or run "atlassian-proxy reset-password".',
  );
}
