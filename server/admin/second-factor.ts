import { type Clock, systemClock } from '../lib/clock.ts';
import { randomPassword, sha256Hex } from '../lib/secrets.ts';
import type { Account } from './account.ts';
import type { AdminStore } from './admin-store.ts';
import { createTotp, OneTimeCodes } from './one-time-codes.ts';
import { AdminRefusal } from './refusal.ts';

/** One-time passwords from an authenticator app, and recovery codes. */
export interface SecondFactor {
  status(): Promise<{ readonly enabled: boolean; readonly recoveryCodesLeft: number }>;
  /** Generates a new secret. It takes effect when `confirm` receives a valid code. */
  start(): Promise<{ readonly secret: string; readonly uri: string /** SVG markup. */; readonly qrCode: string }>;
  /**
   * Enables the second factor and replaces an earlier one.
   * @returns the recovery codes, of which only hashes are stored
   * @throws AdminRefusal `wrong_code`, also if `start` was not called in the last ten minutes
   */
  confirm(code: string): Promise<readonly string[]>;
  remove(): Promise<void>;
  /**
   * Checks a code from the app or a recovery code. Each is accepted once.
   * @throws AdminRefusal `second_factor_required` if it is missing, `wrong_code` if it is wrong or used
   */
  check(code: string | undefined): Promise<void>;
}

const pendingTime = 600_000;
const recoveryCodeCount = 10;

/** @param account stores the secret, which its store encrypts, and the hashes */
export function createSecondFactor(
  account: Account,
  store: Pick<AdminStore, 'takeOnce' | 'loadPendingSecondFactor' | 'savePendingSecondFactor'>,
  clock: Clock = systemClock,
): SecondFactor {
  const codes = new OneTimeCodes(store, clock);

  async function takeRecoveryCode(code: string): Promise<boolean> {
    const codeHash = hashRecoveryCode(code);
    let taken = false;
    await account.update(({ recoveryCodeHashes }) => {
      taken = recoveryCodeHashes.includes(codeHash);
      return taken ? { recoveryCodeHashes: recoveryCodeHashes.filter((other) => other !== codeHash) } : undefined;
    });
    return taken;
  }

  return {
    async status() {
      const { secondFactorSecret, recoveryCodeHashes } = await account.read();
      return { enabled: secondFactorSecret !== null, recoveryCodesLeft: recoveryCodeHashes.length };
    },
    async start() {
      const { Secret } = await import('otpauth');
      const secret = new Secret({ size: 20 }).base32;
      await store.savePendingSecondFactor({ secret, until: clock() + pendingTime });
      const uri = (await createTotp(secret)).toString();
      const { default: qrCode } = await import('qrcode');
      return { secret, uri, qrCode: await qrCode.toString(uri, { type: 'svg', margin: 1 }) };
    },
    async confirm(code) {
      const pending = await store.loadPendingSecondFactor();
      if (pending === undefined || pending.until <= clock()) {
        throw new AdminRefusal('wrong_code', 'The set-up has expired: start again.');
      }
      const { secret } = pending;
      codes.startOver();
      if (!(await codes.take(secret, plainCode(code)))) throw wrongCode();
      await store.savePendingSecondFactor(undefined);
      const recovery = Array.from({ length: recoveryCodeCount }, generateRecoveryCode);
      await account.update(() => ({ secondFactorSecret: secret, recoveryCodeHashes: recovery.map(hashRecoveryCode) }));
      return recovery;
    },
    async remove() {
      await account.update(() => ({ secondFactorSecret: null, recoveryCodeHashes: [] }));
    },
    async check(code) {
      const { secondFactorSecret } = await account.read();
      if (secondFactorSecret === null) return;
      if (code === undefined || code === '') {
        throw new AdminRefusal('second_factor_required', 'A code of the second factor is required.');
      }
      const plain = plainCode(code);
      const taken = await (/^\d{6}$/.test(plain) ? codes.take(secondFactorSecret, plain) : takeRecoveryCode(plain));
      if (!taken) throw wrongCode();
    },
  };
}

const wrongCode = () => new AdminRefusal('wrong_code', 'The code is wrong or was used before.');

/** Removes spaces and dashes that users type. */
const plainCode = (code: string) => code.replaceAll(/[\s-]/g, '').toLowerCase();

/** The first two groups of a random password: 49 random bits, protected by the login throttle. */
const generateRecoveryCode = () => randomPassword().slice(0, 11);

const hashRecoveryCode = (code: string) => sha256Hex(plainCode(code));
