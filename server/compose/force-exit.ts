import type { Config } from '../config.ts';
import type { Log } from './logger.ts';

/** Time for writing and closing everything, after the time for running requests. Milliseconds. */
const closingTime = 4500;
/** Time for the program to set its exit code, in milliseconds. */
const exitDelay = 100;

/**
 * Must be called when a stop was requested: kills the process if it does not end in time. A regular exit would wait for
 * the threads that hang.
 *
 * @param config how long running requests may take, and how long to keep serving before
 */
export function forceExitAfterTimeout({
  shutdownDelay,
  shutdownTimeout,
}: Pick<Config, 'shutdownDelay' | 'shutdownTimeout'>): void {
  setTimeout(
    () => {
      process.stderr.write('atlassian-proxy: something did not end in time, so the process is killed.\n');
      process.kill(process.pid, 'SIGKILL');
    },
    shutdownDelay + shutdownTimeout + closingTime,
  ).unref();
}

/** Closes the log at the end of the program. Output that cannot be written must not keep the process alive. */
export async function closeLog(log: Log): Promise<void> {
  if (!(await log.close())) setTimeout(() => process.exit(), exitDelay).unref();
}
