/**
 * Wraps a call that rejects unknown input, because another process may just have created it. If the call fails, it is
 * retried once after loading the other processes' changes. Known input is answered immediately.
 *
 * @param call throws to reject; its result, a promise or not, is returned
 * @param mayBeStale whether an error may be due to outdated state
 */
export function retryAfterRefresh<Parameter, Result>(
  call: (parameter: Parameter) => Result | Promise<Result>,
  refresh: () => Promise<void>,
  mayBeStale: (error: unknown) => boolean,
): (parameter: Parameter) => Result | Promise<Result> {
  const tryAgain = async (parameter: Parameter) => {
    await refresh();
    return call(parameter);
  };
  return (parameter) => {
    try {
      return call(parameter);
    } catch (error) {
      if (!mayBeStale(error)) throw error;
      return tryAgain(parameter);
    }
  };
}
