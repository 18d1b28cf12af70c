import { Failure, toFailure } from '../conversation/failure.ts';
import type { RunningRequests } from '../http/client-api/running-requests.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';

/** Milliseconds. A revoked key must stop working within a second. */
const interval = 400;

/**
 * Aborts running requests of keys that have been revoked, disabled or have expired, by whichever process.
 *
 * @returns a function that stops the watch
 */
export function watchRunningKeys(running: RunningRequests, keys: Pick<KeyRegistry, 'requireUsable'>): () => void {
  const check = () => {
    for (const keyId of running.keys()) {
      try {
        keys.requireUsable(keyId);
      } catch (error) {
        running.endThoseOf(keyId, toFailure(error));
      }
    }
  };
  const timer = setInterval(check, interval).unref();
  return () => clearInterval(timer);
}

/** The failure that clients get if the end of the process interrupts their answer. */
export function shuttingDown(): Failure {
  return new Failure('overloaded', 'The gateway is shutting down, and this answer took longer than the time limit.', {
    reason: 'shutting-down',
    fault: 'gateway',
    retryAfterSeconds: 1,
  });
}
