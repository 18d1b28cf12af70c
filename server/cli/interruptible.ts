import { CommandFailure } from './command-line.ts';

/** What programs that Ctrl-C ended exit with. */
const exitCode = 130;

/** The work was stopped by Ctrl-C. */
export class Interrupted extends CommandFailure {
  readonly exitCode = exitCode;
}

/**
 * Does work that Ctrl-C, or a request to stop, ends in good order. The second one ends the process as it stands.
 *
 * @param work given a signal that tells of the first one
 * @throws Interrupted in place of whatever the work throws after it
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
