/**
 * Waits for some work, up to a timeout.
 *
 * @param milliseconds the timeout
 * @returns the result of the work; undefined after the timeout. The work continues in the background.
 * @throws what the work throws before the timeout
 */
export async function waitAtMost<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
