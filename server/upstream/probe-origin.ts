import { lookup } from 'node:dns/promises';
import { createConnections, hasProxy, type ProxySettings } from './connections.ts';
import { toTransportFailure, type UpstreamTimeouts } from './transport-failure.ts';

/** What an origin answers to whom it does not know. */
export interface OriginAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** The other side's clock when it answered, in milliseconds since the epoch; undefined when it does not say. */
  readonly date: number | undefined;
}

/**
 * Asks an origin for its front page, without an account, as requests would go: through the proxy if there is one.
 *
 * @throws Failure when no answer comes
 */
export async function probeOrigin(
  origin: string,
  proxy: ProxySettings,
  timeouts: UpstreamTimeouts,
): Promise<OriginAnswer> {
  const { dispatcher } = createConnections(origin, () => timeouts, proxy);
  const startedAt = performance.now();
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin,
      path: '/',
      method: 'GET',
      headersTimeout: timeouts.firstByte,
      signal: AbortSignal.timeout(timeouts.connect + timeouts.firstByte),
    });
    await body.dump();
    const date = Date.parse(typeof headers.date === 'string' ? headers.date : '');
    return {
      status: statusCode,
      milliseconds: Math.round(performance.now() - startedAt),
      date: Number.isNaN(date) ? undefined : date,
    };
  } catch (error) {
    throw toTransportFailure(error, { timeouts, proxied: hasProxy(proxy) });
  } finally {
    await dispatcher.destroy();
  }
}

/** The address that a host's name has. @throws Error of one line */
export async function resolveName(host: string): Promise<string> {
  return (await lookup(host)).address;
}
