/**
 * Runs a task once for all concurrent callers. Calls during a run share the next one, so that every caller gets a run
 * that started after its call.
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
