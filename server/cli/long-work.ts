import type { CommandContext, LongWork } from './command-line.ts';
import { interruptible } from './interruptible.ts';
import { type ProgressOptions, showProgress } from './progress.ts';

/** Does work that shows how far it is, and that Ctrl-C stops. @throws Interrupted; whatever the work throws */
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
