import { setTimeout as delay } from 'node:timers/promises';

/** Retries every few milliseconds until the attempt returns a value. Errors are retried. Fails after `timeout` ms. */
export async function waitFor<T>(
  what: string,
  attempt: () => Promise<T | undefined> | T | undefined,
  timeout = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeout;
  let lastError: unknown = 'nothing yet';
  while (performance.now() < deadline) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      lastError = error;
    }
    await delay(5);
  }
  throw new Error(`timed out after ${timeout} ms waiting for ${what}`, { cause: lastError });
}
