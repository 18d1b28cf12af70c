import { CommandFailure } from './command-line.ts';

/** The conventional exit code after Ctrl-C. */
const exitCode = 130;

/** The work was interrupted by Ctrl-C. */
export class Interrupted extends CommandFailure {
  readonly exitCode = exitCode;
}

/**
 * Runs work that Ctrl-C, or a request to stop, aborts cleanly. A second one ends the process immediately.
 *
 * @param work receives a signal that the first one aborts
 * @throws Interrupted instead of any error that the work throws after that
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = () => {
    for (const name of signals) process.off(name, stop);
    controller.abort();
  };
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? new Interrupted('interrupted: nothing was changed') : error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;
