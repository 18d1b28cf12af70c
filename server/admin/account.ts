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
  /** Whether an imported password can replace the current one: true until the admin has chosen a password. */
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
  /**
   * @param beforeSaving called once both passwords are accepted. If it fails, nothing was changed
   * @throws AdminRefusal `wrong_password` or `weak_password`
   */
  changePassword(current: string, next: string, beforeSaving?: () => Promise<void>): Promise<void>;
  /**
   * Sets a new random password that must be changed at the next login.
   * @param options removeSecondFactor: also remove the second factor, if the admin has lost it
   * @throws Error if there is no account yet
   */
  resetPassword(options?: { readonly removeSecondFactor?: boolean }): Promise<string>;
  /**
   * Reads, changes and writes the account. Changes are serialized, also with those of other processes.
   * @param change returns the changes; undefined for none. Called again if another process was faster
   */
  update(change: (account: AdminAccount) => Partial<AdminAccount> | undefined): Promise<AdminAccount>;
  /** The account as currently stored. */
  read(): Promise<AdminAccount>;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
}

/** How long a login waits for the store; milliseconds. */
const readTimeout = 1000;

/** How often a change is repeated because other processes change the account at the same time. */
const maxTries = 10;

type AccountStore = Pick<AdminStore, 'loadAccount' | 'createAccount' | 'replaceAccount'>;

/** Opens the account. It may not exist until `firstStart` is called. */
export async function openAccount(store: AccountStore): Promise<Account> {
  const account = new StoredAccount(store);
  await account.reload();
  return account;
}

class StoredAccount implements Account {
  readonly #store: AccountStore;
  readonly #inTurn = createSerial();
  /** As last read or written. */
  #known: AdminAccount | undefined;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  firstStart(password?: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if ((await this.#load()) !== undefined) return undefined;
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
      const isOwn = await this.#store.createAccount(account);
      await this.#load();
      return isOwn && password === undefined ? first : undefined;
    });
  }

  passwordChangeRequired(): boolean {
    return this.#known?.passwordChangeRequired ?? true;
  }

  secondFactorEnabled(): boolean {
    return (this.#known?.secondFactorSecret ?? null) !== null;
  }

  knownPasswordHash(): string | undefined {
    return this.#known?.passwordHash;
  }

  async isPassword(password: string): Promise<boolean> {
    return verifyPassword(password, (await this.read()).passwordHash);
  }

  canAdoptPassword(): boolean {
    return isAdoptable(this.#known);
  }

  adoptPassword(sha256: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const account = await this.#load();
      if (!isAdoptable(account)) return false;
      const adopted = { passwordHash: toImportedHash(sha256), passwordChangeRequired: true };
      const next = { secondFactorSecret: null, recoveryCodeHashes: [], ...account, ...adopted };
      return account === undefined ? this.#create(next) : this.#replace(account, next);
    });
  }

  async spendAdoptedPassword(password: string): Promise<void> {
    const { passwordHash } = await this.read();
    if (isSpentHash(passwordHash)) throw spent();
    if (!isImportedHash(passwordHash)) return;
    const spentHash = toSpentHash(await hashPassword(password));
    await this.update((stored) => {
      if (stored.passwordHash !== passwordHash) throw spent();
      return { passwordHash: spentHash };
    });
  }

  async changePassword(current: string, next: string, beforeSaving = async () => {}): Promise<void> {
    const account = await this.read();
    if (!(await verifyPassword(current, account.passwordHash))) {
      throw new AdminRefusal('wrong_password', 'The current password is wrong.');
    }
    const weakness = await findPasswordWeakness(next, current);
    if (weakness !== undefined) throw new AdminRefusal('weak_password', weakness);
    const passwordHash = await hashPassword(next);
    await beforeSaving();
    // If the password was reset in the meantime, the checked one is no longer valid.
    await this.update((stored) => {
      if (stored.passwordHash !== account.passwordHash) {
        throw new AdminRefusal('wrong_password', 'The password was changed in the meantime.');
      }
      return { passwordHash, passwordChangeRequired: false };
    });
  }

  async resetPassword(options: { readonly removeSecondFactor?: boolean } = {}): Promise<string> {
    const password = randomPassword();
    const passwordHash = await hashPassword(password);
    await this.update(() => ({
      passwordHash,
      passwordChangeRequired: true,
      ...(options.removeSecondFactor && { secondFactorSecret: null, recoveryCodeHashes: [] }),
    }));
    return password;
  }

  update(change: (account: AdminAccount) => Partial<AdminAccount> | undefined): Promise<AdminAccount> {
    return this.#inTurn(async () => {
      for (let tries = 0; tries < maxTries; tries++) {
        const account = await this.read();
        const changes = change(account);
        if (changes === undefined) return account;
        const next = { ...account, ...changes };
        if (await this.#replace(account, next)) return next;
      }
      throw new Error('the admin account is being changed by another process');
    });
  }

  /** Falls back to the last known account if the store does not respond in time. */
  async read(): Promise<AdminAccount> {
    const loaded = this.#load().catch((error: unknown) => {
      if (error instanceof Unavailable && this.#known !== undefined) return this.#known;
      throw error;
    });
    const account = (await waitAtMost(readTimeout, loaded)) ?? this.#known;
    if (account === undefined) throw new Error('there is no admin account yet: start the gateway once');
    return account;
  }

  async reload(): Promise<void> {
    await this.#inTurn(() => this.#load());
  }

  async #load(): Promise<AdminAccount | undefined> {
    this.#known = await this.#store.loadAccount();
    return this.#known;
  }

  async #create(account: AdminAccount): Promise<boolean> {
    const isOwn = await this.#store.createAccount(account);
    if (isOwn) this.#known = account;
    return isOwn;
  }

  async #replace(previous: AdminAccount, next: AdminAccount): Promise<boolean> {
    const isDone = await this.#store.replaceAccount(previous, next);
    if (isDone) this.#known = next;
    return isDone;
  }
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
