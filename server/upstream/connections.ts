import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { UpstreamTimeouts } from './transport-failure.ts';

/** The proxy that stands between the gateway and the world, as the environment names it. */
export interface ProxySettings {
  /** For `http` origins, and for `https` ones when `https` is absent: `http://user:password@host:port`. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached without it, as `NO_PROXY` lists them. */
  readonly exceptions: string | undefined;
}

/** Where requests are dispatched. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** What every request's options must have besides its own. */
  readonly target: { readonly origin?: string };
}

/** Below the 60 s after which common load balancers close idle connections: a request must not meet the closing one. */
const idleConnectionMs = 50_000;
const largestHeaders = 64 * 1024;

/**
 * Connections to one origin, straight to it unless a proxy is set. HTTP/1.1: one answer a connection, so that an abort or a
 * fault of one never touches another. Certificates are checked against Node's authorities and `NODE_EXTRA_CA_CERTS`.
 */
export function createConnections(
  origin: string,
  timeouts: () => UpstreamTimeouts,
  proxy: ProxySettings | undefined,
): Connections {
  const options = {
    connect: createConnector(timeouts),
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: idleConnectionMs,
    maxHeaderSize: largestHeaders,
  };
  if (!hasProxy(proxy)) return { dispatcher: new Pool(origin, options), target: {} };
  const agent = new EnvHttpProxyAgent({
    ...options,
    // Said whole, so that nothing is taken from the environment.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.exceptions ?? '',
    connectTimeout: timeouts().connect,
    // A proxy that takes the connection and then says nothing must not hold it for long.
    clientFactory: (proxyOrigin, own) => new Pool(proxyOrigin, { ...own, headersTimeout: timeouts().connect }),
  });
  return { dispatcher: agent, target: { origin } };
}

/** Whether connections may go through a proxy. */
export function hasProxy(proxy: ProxySettings | undefined): proxy is ProxySettings {
  return proxy?.http !== undefined || proxy?.https !== undefined;
}

/** Connects within the bound that holds at the moment. */
function createConnector(timeouts: () => UpstreamTimeouts): buildConnector.connector {
  let builtFor = timeouts().connect;
  let connect = buildConnector({ timeout: builtFor, allowH2: false });
  return (target, callback) => {
    const bound = timeouts().connect;
    if (bound !== builtFor) {
      builtFor = bound;
      connect = buildConnector({ timeout: bound, allowH2: false });
    }
    connect(target, (...answer: Parameters<buildConnector.Callback>) => {
      answer[1]?.on('error', markReset);
      callback(...answer);
    });
  };
}

/**
 * Takes the code from a reset: undici knows it by that, and takes it for the end of an answer that has no length and no chunks
 * (its `onHttpSocketError`), because some systems report it after a whole one. A cut answer must not pass for a whole one.
 */
function markReset(error: Error & { code?: unknown }): void {
  if (error.code === 'ECONNRESET') error.code = 'UPSTREAM_RESET';
}
