import ipaddr from 'ipaddr.js';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { createSerial } from '../lib/serial.ts';
import { AdminRefusal } from './refusal.ts';

/** Slows the guessing of passwords and codes down. */
export interface LoginThrottle {
  /**
   * Counts an attempt before it is made, so that parallel ones count too.
   * @param address the client's
   * @throws AdminRefusal `too_many_attempts` with the seconds to wait
   */
  begin(address: string): Promise<void>;
  /** The attempt was right: the address starts afresh. */
  succeed(address: string): Promise<void>;
}

export interface ThrottleOptions {
  /** Wrong attempts of an address that cost no waiting. */
  readonly freeAttempts?: number;
  /** Attempts a minute from everywhere: bounds the work of hashing and the memory for addresses. */
  readonly globalAttemptsPerMinute?: number;
}

/** Seconds: the first waiting time, doubled with each further attempt up to the longest. */
const firstWait = 5;
const longestWait = 900;
/** An address is forgotten that long after its first attempt or its last waiting time. */
const memory = 3600;

/** In memory: a restart forgives. */
export function createLoginThrottle(options: ThrottleOptions = {}): LoginThrottle {
  const { freeAttempts = 5, globalAttemptsPerMinute = 60 } = options;
  const everyone = new RateLimiterMemory({ points: globalAttemptsPerMinute, duration: 60 });
  const attempts = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: memory });
  const waits = new RateLimiterMemory({ points: 1, duration: longestWait });

  const inTurn = createSerial();

  return {
    begin: (address) =>
      inTurn(async () => {
        const network = networkOf(address);
        const wait = await waits.get(network);
        if (wait !== null && wait.msBeforeNext > 0) throw tooMany(wait.msBeforeNext);
        const total = await everyone.penalty('all');
        if (total.consumedPoints > globalAttemptsPerMinute) throw tooMany(total.msBeforeNext);
        const { consumedPoints } = await attempts.penalty(network);
        if (consumedPoints < freeAttempts) return;
        // This attempt may be made; the next one has to wait.
        const doublings = Math.min(consumedPoints - freeAttempts, 30);
        await waits.block(network, Math.min(longestWait, firstWait * 2 ** doublings));
      }),
    async succeed(address) {
      const network = networkOf(address);
      await Promise.all([attempts.delete(network), waits.delete(network)]);
    },
  };
}

function tooMany(milliseconds: number): AdminRefusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new AdminRefusal('too_many_attempts', `Too many attempts. Try again in ${seconds} s.`, seconds);
}

/** What one guesser holds: an IPv4 address, or the /64 that any IPv6 host has for itself. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
