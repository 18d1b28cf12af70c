/** Runs tasks one at a time, in call order. */
export type Serial = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Creates a queue for tasks that must not interleave, such as read-modify-write. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
