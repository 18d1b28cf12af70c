import { networkOf } from '../lib/network-address.ts';
import { createSerial } from '../lib/serial.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import { AdminRefusal } from './refusal.ts';

/**
 * Who tries a password or a code. Each kind has an allowance of its own, so that what strangers try keeps nobody out who is
 * known: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */
export type Guesser =
  /** @property address canonical; empty when it is not known */
  | { readonly kind: 'stranger'; readonly address: string }
  /** A browser that logged in before. */
  | { readonly kind: 'device'; readonly id: string }
  /** Somebody on the gateway's own machine. */
  | { readonly kind: 'this-machine' }
  /** A logged-in admin, asked for the password again. */
  | { readonly kind: 'session'; readonly id: string };

/** Slows the guessing of passwords and codes down. */
export interface LoginThrottle {
  /**
   * Counts an attempt before it is made, so that parallel ones count too.
   * @throws AdminRefusal `too_many_attempts` with the seconds to wait
   */
  begin(guesser: Guesser): Promise<void>;
  /** The attempt was right: the guesser starts afresh. */
  succeed(guesser: Guesser): Promise<void>;
}

export interface ThrottleOptions {
  /** Wrong attempts of one guesser that cost no waiting. */
  readonly freeAttempts?: number;
  /** Attempts a minute of all guessers of a kind: bounds the work of hashing and the memory for them. */
  readonly attemptsPerMinute?: number;
  /** Where it is counted; by default in this process alone. */
  readonly shared?: Pick<SharedState, 'counter'>;
}

/** Seconds: the first waiting time, doubled with each further attempt up to the longest of its kind. */
const firstWait = 5;
/** Who is known to be the owner, or near, is never kept out for long. */
const longestWaits = { stranger: 900, device: 60, 'this-machine': 60, session: 900 };
/** A guesser is forgotten that long after the first attempt or the last waiting time. */
const memory = 3600;

/** All replicas count together. A restart of the gateway that is alone forgives. */
export function createLoginThrottle(options: ThrottleOptions = {}): LoginThrottle {
  const { freeAttempts = 5, attemptsPerMinute = 60, shared = createLocalState() } = options;
  const kinds = {
    stranger: createAllowance(shared, 'stranger'),
    device: createAllowance(shared, 'device'),
    'this-machine': createAllowance(shared, 'this-machine'),
    session: createAllowance(shared, 'session'),
  };
  const inTurn = createSerial();

  return {
    begin: (guesser) =>
      inTurn(async () => {
        const { everyone, attempts, waits } = kinds[guesser.kind];
        const name = nameOf(guesser);
        const wait = name === undefined ? null : await waits.get(name);
        if (wait !== null && wait.msBeforeNext > 0) throw tooMany(wait.msBeforeNext);
        const total = await everyone.penalty('all');
        if (total.consumedPoints > attemptsPerMinute) throw tooMany(total.msBeforeNext);
        if (name === undefined) return;
        const { consumedPoints } = await attempts.penalty(name);
        if (consumedPoints < freeAttempts) return;
        // This attempt may be made; the next one has to wait.
        const doublings = Math.min(consumedPoints - freeAttempts, 30);
        await waits.block(name, Math.min(longestWaits[guesser.kind], firstWait * 2 ** doublings));
      }),
    async succeed(guesser) {
      const { attempts, waits } = kinds[guesser.kind];
      const name = nameOf(guesser);
      if (name !== undefined) await Promise.all([attempts.delete(name), waits.delete(name)]);
    },
  };
}

function createAllowance(shared: Pick<SharedState, 'counter'>, kind: Guesser['kind']) {
  return {
    everyone: shared.counter(`login.${kind}.everyone`, 60),
    attempts: shared.counter(`login.${kind}.attempts`, memory),
    waits: shared.counter(`login.${kind}.waits`, memory),
  };
}

/** @returns undefined for a stranger whose address is not known: those must not wait for each other */
function nameOf(guesser: Guesser): string | undefined {
  switch (guesser.kind) {
    case 'stranger':
      return guesser.address === '' ? undefined : networkOf(guesser.address);
    case 'this-machine':
      return 'this-machine';
    default:
      return guesser.id;
  }
}

function tooMany(milliseconds: number): AdminRefusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new AdminRefusal('too_many_attempts', `Too many attempts. Try again in ${seconds} s.`, seconds);
}
