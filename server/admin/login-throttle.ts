import { networkOf } from '../lib/network-address.ts';
import { createSerial } from '../lib/serial.ts';
import { createLocalState } from '../shared-state/local/local-state.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import { AdminRefusal } from './refusal.ts';

/**
 * Who tries a password or code. Each kind has its own allowance, so that strangers' attempts do not lock out known
 * devices: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */
export type Guesser =
  /** @property address in canonical form; empty if unknown */
  | { readonly kind: 'stranger'; readonly address: string }
  /** A browser that has logged in before. */
  | { readonly kind: 'device'; readonly id: string }
  /** A client on the gateway's own machine. */
  | { readonly kind: 'this-machine' }
  /** A logged-in admin who must enter the password again. */
  | { readonly kind: 'session'; readonly id: string };

/** Rate-limits guesses of passwords and codes. */
export interface LoginThrottle {
  /**
   * Counts an attempt before it is made, so that concurrent attempts count too.
   * @throws AdminRefusal `too_many_attempts` with the seconds to wait
   */
  begin(guesser: Guesser): Promise<void>;
  /** Resets the guesser's counter after a correct attempt. */
  succeed(guesser: Guesser): Promise<void>;
}

export interface ThrottleOptions {
  /** Number of failed attempts before delays start. */
  readonly freeAttempts?: number;
  /** Attempts per minute of all guessers of a kind. Bounds the CPU time and memory for hashing. */
  readonly attemptsPerMinute?: number;
  /** Where attempts are counted. Default: only in this process. */
  readonly shared?: Pick<SharedState, 'counter'>;
}

/** The first delay in seconds. Each further attempt doubles it, up to the maximum of its kind. */
const firstDelay = 5;
/** Seconds. Clients that are probably the admin are never locked out for long. */
const maxDelays = { stranger: 900, device: 60, 'this-machine': 60, session: 900 };
/** Seconds after the first attempt or the last delay when a guesser is forgotten. */
const memory = 3600;

/** All replicas count together. Without replicas, a restart resets the counters. */
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
        // This attempt is allowed; the next one is delayed.
        const doublings = Math.min(consumedPoints - freeAttempts, 30);
        await waits.block(name, Math.min(maxDelays[guesser.kind], firstDelay * 2 ** doublings));
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

/** @returns undefined for a stranger with an unknown address, because unrelated strangers must not delay each other */
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
