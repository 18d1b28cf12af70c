import type { CommandContext, LongWork } from './command-line.ts';
import { interruptible } from './interruptible.ts';
import { type ProgressOptions, showProgress } from './progress.ts';

/** Runs work with a progress display that Ctrl-C can abort. @throws Interrupted; any error that the work throws */
export function runLongWork<Result>(
  { streams }: CommandContext,
  options: ProgressOptions,
  work: (work: LongWork) => Promise<Result>,
): Promise<Result> {
  return interruptible(async (signal) => {
    const progress = showProgress(streams, options);
    try {
      return await work({ signal, onProgress: progress.update });
    } finally {
      progress.end();
    }
  });
}
