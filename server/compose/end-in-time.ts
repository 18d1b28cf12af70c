import type { Config } from '../config.ts';
import type { Log } from './logger.ts';

/** Beyond the time of running requests, for all else that is to be written and closed. Milliseconds. */
const closingTime = 4500;
/** Time for the program to say with which code it ends, in milliseconds. */
const exitDelay = 100;

/**
 * To be called when a stop was asked for: kills the process should it not have ended by itself in time. An ordinary exit
 * would wait for the threads that do the waiting.
 *
 * @param config what running requests have, and whoever is to notice the end before
 */
export function insistOnEnd({
  shutdownDelay,
  shutdownTimeout,
}: Pick<Config, 'shutdownDelay' | 'shutdownTimeout'>): void {
  setTimeout(
    () => {
      process.stderr.write('atlassian-proxy: something did not end in time: the process is killed.\n');
      process.kill(process.pid, 'SIGKILL');
    },
    shutdownDelay + shutdownTimeout + closingTime,
  ).unref();
}

/** The end of a program that had this log. What nobody takes must not keep the process. */
export async function closeLog(log: Log): Promise<void> {
  if (!(await log.close())) setTimeout(() => process.exit(), exitDelay).unref();
}
