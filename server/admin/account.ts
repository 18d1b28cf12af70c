import { within } from '../lib/patience.ts';
import { randomPassword } from '../lib/secrets.ts';
import { createSerial } from '../lib/serial.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { AdminAccount, AdminStore } from './admin-store.ts';
import { hashPassword, isImportedHash, isSpentHash, toImportedHash, toSpentHash, verifyPassword } from './password.ts';
import { findPasswordWeakness } from './password-weakness.ts';
import { AdminRefusal } from './refusal.ts';

/** The one admin's password and what goes with it. The store is read afresh before each change and each check. */
export interface Account {
  /**
   * Makes the account when there is none.
   * @param password the first password, which then needs no change
   * @throws Error of one line that names the setting, for a weak one
   * @returns the password that was generated because none was given: to be printed now, it is kept nowhere
   */
  firstStart(password?: string): Promise<string | undefined>;
  passwordChangeRequired(): boolean;
  secondFactorEnabled(): boolean;
  /** As last read; undefined when there is no account. */
  knownPasswordHash(): string | undefined;
  isPassword(password: string): Promise<boolean>;
  /** Whether another program's password may become this one's: there is none yet that the admin chose. */
  canAdoptPassword(): boolean;
  /**
   * Takes another program's password, which lets in once and must be changed then.
   * @param sha256 hex, unsalted
   * @returns false when the admin chose one meanwhile
   */
  adoptPassword(sha256: string): Promise<boolean>;
  /**
   * Lets an adopted password in, this once; of any other nothing changes. From then on it is argon2id that is stored.
   * @throws AdminRefusal `wrong_password` when it has let in already
   */
  spendAdoptedPassword(password: string): Promise<void>;
  /** @throws AdminRefusal `wrong_password` or `weak_password` */
  changePassword(current: string, next: string): Promise<void>;
  /**
   * A new random password that must be changed at the next login.
   * @param options removeSecondFactor: for an admin who lost it, too
   * @throws Error when there is no account yet
   */
  resetPassword(options?: { readonly removeSecondFactor?: boolean }): Promise<string>;
  /**
   * Reads, changes and writes the account, one change at a time.
   * @param change what to change; undefined = nothing
   */
  update(change: (account: AdminAccount) => Partial<AdminAccount> | undefined): Promise<AdminAccount>;
  /** The account as stored now. */
  read(): Promise<AdminAccount>;
  /** Reads the store again, after another process changed it. */
  reload(): Promise<void>;
}

/** How long a login waits for the store; milliseconds. */
const readPatience = 1000;

/** Opens the account over a store; there may be none until `firstStart`. */
export async function openAccount(
  store: Pick<AdminStore, 'loadAccount' | 'createAccount' | 'saveAccount'>,
): Promise<Account> {
  const inTurn = createSerial();
  let known: AdminAccount | undefined;

  async function load(): Promise<AdminAccount | undefined> {
    known = await store.loadAccount();
    return known;
  }

  /** As stored; the last known one when the store does not answer in time. */
  async function read(): Promise<AdminAccount> {
    const account = (await within(readPatience, load().catch(fallBack))) ?? known;
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
        // Another replica may have made one meanwhile: that one's password counts.
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
      // If the password was reset in between, the checked one no longer counts.
      await update((stored) => {
        if (stored.passwordHash !== account.passwordHash) {
          throw new AdminRefusal('wrong_password', 'The password was changed meanwhile.');
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

/** A generated password that has not been changed was not chosen by anybody. */
function isAdoptable(account: AdminAccount | undefined): boolean {
  if (account === undefined) return true;
  const { passwordHash, passwordChangeRequired } = account;
  return passwordChangeRequired && !isImportedHash(passwordHash) && !isSpentHash(passwordHash);
}

function spent(): AdminRefusal {
  return new AdminRefusal(
    'wrong_password',
    'The imported password has let in already: choose a new one in that session, or run "atlassian-proxy reset-password".',
  );
}
