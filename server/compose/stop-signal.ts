import { onNpmExit } from '../lib/npm-exit.ts';

/** One Ctrl-C comes twice where a parent passes it on; milliseconds within which it is the same one. */
const sameRequest = 500;

/** Resolves at the first request to stop, or when npm is gone; another request ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (exitCode: number) => {
      const now = performance.now();
      if (askedAt !== undefined && now - askedAt > sameRequest) process.exit(exitCode);
      askedAt ??= now;
      resolve();
    };
    process.on('SIGINT', () => stop(130));
    process.on('SIGTERM', () => stop(143));
    onNpmExit(process, resolve);
  });
}
