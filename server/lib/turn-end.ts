/**
 * One array for all turns. A new one per turn would be promoted to V8's old generation and keep its content alive as
 * garbage.
 */
const tasks: (() => void)[] = [];

/**
 * Runs a task after the event loop has processed everything that is ready, in order of the calls.
 *
 * Deferring writes wakes their reader once per turn instead of once per write. It also runs the code of each step many
 * times in a row, instead of alternating between the steps.
 */
export function atTurnEnd(task: () => void): void {
  if (tasks.push(task) === 1) setImmediate(runTasks);
}

/** An error of a task ends the process like any uncaught error, but only after the other tasks have run. */
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
