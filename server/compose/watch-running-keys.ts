import { Failure, toFailure } from '../conversation/failure.ts';
import type { RunningRequests } from '../http/client-api/running-requests.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';

/** Milliseconds: a key that was revoked is of no use a second later. */
const interval = 400;

/**
 * Ends the requests of keys that have been revoked, disabled or have expired since they began, wherever that was done.
 *
 * @returns a function that ends the watch
 */
export function watchRunningKeys(running: RunningRequests, keys: Pick<KeyRegistry, 'requireUsable'>): () => void {
  const look = () => {
    for (const keyId of running.keys()) {
      try {
        keys.requireUsable(keyId);
      } catch (error) {
        running.endThoseOf(keyId, toFailure(error));
      }
    }
  };
  const timer = setInterval(look, interval).unref();
  return () => clearInterval(timer);
}

/** What clients are told whose answers the end of the process cuts short. */
export function shuttingDown(): Failure {
  return new Failure('overloaded', 'The gateway is shutting down, and this answer took longer than it may wait.', {
    reason: 'shutting-down',
    fault: 'gateway',
    retryAfterSeconds: 1,
  });
}
