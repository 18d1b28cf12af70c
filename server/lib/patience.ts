/**
 * Waits for some work, but not for long.
 *
 * @param milliseconds how long at most
 * @returns the work's result; undefined when it takes longer. The work goes on.
 * @throws what the work throws in time
 */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
