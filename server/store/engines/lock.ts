/** Lets one holder in at a time, in the order in which they came. @returns a function that lets the next one in */
export type Lock = () => Promise<() => void>;

export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const turn = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = turn.then(() => promise);
    await turn;
    return resolve;
  };
}
