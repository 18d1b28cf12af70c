/** One list for all turns: a new one would grow old until the next turn fills it, and keep what filled it as old garbage. */
const tasks: (() => void)[] = [];

/**
 * Runs a task once the event loop has gone through all that it found ready, after the tasks that came before it.
 *
 * What is written then, and not as soon as it could be, wakes whoever reads it once for a turn instead of once for each
 * write, and goes through the code of one step many times instead of through that of all steps in between.
 */
export function atTurnEnd(task: () => void): void {
  if (tasks.push(task) === 1) setImmediate(runTasks);
}

/** An error of one task ends the process as any uncaught error does, but not before the other tasks have run. */
function runTasks(): void {
  for (const task of tasks.splice(0)) {
    try {
      task();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
