import { lookup } from 'node:dns/promises';
import { createConnections, hasProxy, type ProxySettings } from './connections.ts';
import { toTransportFailure, type UpstreamTimeouts } from './transport-failure.ts';

/** An origin's response to an unauthenticated request. */
export interface OriginAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** The server's clock (`Date` header), in milliseconds since the epoch; undefined when it sends none. */
  readonly date: number | undefined;
}

/**
 * Requests an origin's root page without credentials, through the proxy if one is set.
 *
 * @throws Failure when no response arrives
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

/** Resolves a host name to an address. @throws Error with a one-line message */
export async function resolveName(host: string): Promise<string> {
  return (await lookup(host)).address;
}
