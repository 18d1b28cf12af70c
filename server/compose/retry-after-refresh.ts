/**
 * Wraps a call that refuses what it does not know: another process may have made it a moment ago. A refusal is taken back
 * once, for a second try after that process's changes have been taken in. What is known is answered at once.
 *
 * @param call refuses by throwing; what it returns, a promise or not, is passed on
 * @param mayBeStale whether an error may come of not knowing the newest state
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
