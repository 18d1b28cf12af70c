import { onNpmExit } from '../lib/npm-exit.ts';

/** Milliseconds. A second signal within this time is the same Ctrl-C, forwarded by a parent process. */
const repeatWindow = 500;

/** Resolves at the first request to stop, or when npm has exited. A further request ends the process immediately. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (exitCode: number) => {
      const now = performance.now();
      if (askedAt !== undefined && now - askedAt > repeatWindow) process.exit(exitCode);
      askedAt ??= now;
      resolve();
    };
    process.on('SIGINT', () => stop(130));
    process.on('SIGTERM', () => stop(143));
    onNpmExit(process, resolve);
  });
}
