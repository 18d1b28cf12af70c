import type { Clock } from '../lib/clock.ts';
import { sha256Hex } from '../lib/secrets.ts';
import { Unavailable } from '../lib/unavailable.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { AdminStore } from './admin-store.ts';

/** How long a login waits for the store; milliseconds. */
const storeTimeout = 1000;
/** Seconds for which a code is valid. */
const period = 30;

/** Time-based one-time passwords (RFC 6238: SHA-1, six digits, 30 s, as authenticator apps expect). Each is accepted once. */
export class OneTimeCodes {
  readonly #store: Pick<AdminStore, 'takeOnce'>;
  readonly #clock: Clock;
  /** The period of the last accepted code. Codes up to this period are used up. */
  #lastPeriod = -1;

  constructor(store: Pick<AdminStore, 'takeOnce'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Forgets which codes of this process's earlier secret were used. */
  startOver(): void {
    this.#lastPeriod = -1;
  }

  /** Whether the code is of the current or an adjacent period and has not been used. */
  async take(secret: string, code: string): Promise<boolean> {
    const totp = await createTotp(secret);
    const now = this.#clock();
    const delta = totp.validate({ token: code, timestamp: now, window: 1 });
    if (delta === null) return false;
    const codePeriod = Math.floor(now / 1000 / period) + delta;
    if (codePeriod <= this.#lastPeriod) return false;
    this.#lastPeriod = codePeriod;
    return this.#takeInStore(secret, codePeriod);
  }

  /** Used codes are remembered across restarts and replicas. If the database fails, the code is accepted. */
  async #takeInStore(secret: string, codePeriod: number): Promise<boolean> {
    const name = `second-factor.${sha256Hex(secret).slice(0, 16)}`;
    const taken = this.#store.takeOnce(name, codePeriod).catch((error: unknown) => {
      if (error instanceof Unavailable) return true;
      throw error;
    });
    return (await waitAtMost(storeTimeout, taken)) ?? true;
  }
}

/** The generator of a secret's codes. Its library is loaded on demand, because few logins use a second factor. */
export async function createTotp(secret: string) {
  const { TOTP } = await import('otpauth');
  return new TOTP({ issuer: 'Atlassian Proxy', label: 'admin', algorithm: 'SHA1', digits: 6, period, secret });
}
