/** Runs tasks one after the other, in the order they were given. */
export type Serial = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A queue for what must not interleave, such as reading a record, changing it and writing it back. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
