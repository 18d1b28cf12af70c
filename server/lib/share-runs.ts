/**
 * Runs a task for all who ask for it at the same time. Who asks while it runs waits for another run, so that each caller
 * gets one that started after the call.
 */
export function shareRuns(task: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  const start = () => {
    waiting = undefined;
    return task();
  };
  return () => {
    waiting ??= last = last.then(start, start);
    return waiting;
  };
}
