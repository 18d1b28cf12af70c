import { shareRuns } from '../lib/share-runs.ts';

/** Milliseconds between two tries. */
const retryDelay = 5000;

export interface FollowOptions {
  /** Calls back after each change. @returns a function that ends this */
  readonly watch: (callback: () => void) => () => void;
  readonly reload: () => Promise<void>;
  /** Called when reloading fails for the first time. */
  readonly onError: (error: unknown) => void;
}

export interface FollowedChanges {
  /** Settles when the last reload that was started has ended. Never rejects. */
  reloaded(): Promise<void>;
  stop(): void;
}

/**
 * Reloads after each change by another process, and repeats this until it succeeds: otherwise a key that was revoked
 * elsewhere would stay valid here until the next change.
 */
export function followChanges({ watch, reload, onError }: FollowOptions): FollowedChanges {
  let last: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let isFailing = false;
  let isStopped = false;

  const run = shareRuns(async () => {
    clearTimeout(retry);
    try {
      await reload();
      isFailing = false;
    } catch (error) {
      if (!isFailing && !isStopped) onError(error);
      isFailing = true;
      if (!isStopped) retry = setTimeout(follow, retryDelay).unref();
    }
  });
  function follow(): void {
    last = run();
  }

  const unwatch = watch(follow);
  return {
    reloaded: () => last,
    stop() {
      isStopped = true;
      unwatch();
      clearTimeout(retry);
    },
  };
}
