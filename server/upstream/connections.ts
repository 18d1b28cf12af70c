import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { sharedReads, watchReads } from './socket-reads.ts';
import { noteBreak } from './stale-connections.ts';
import type { UpstreamTimeouts } from './transport-failure.ts';

/** The outgoing proxy from the environment. */
export interface ProxySettings {
  /** Used for `http` origins, and for `https` origins when `https` is absent: `http://user:password@host:port`. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts to reach without the proxy, in the format of `NO_PROXY`. */
  readonly exceptions: string | undefined;
}

/** The dispatcher for requests, with the options it needs. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** Options to add to every request. */
  readonly target: { readonly origin?: string };
}

/** Below the 60 s after which common load balancers close idle connections, so no request uses a closing connection. */
const idleConnectionMs = 50_000;
const maxHeaderBytes = 64 * 1024;
/** Bytes of an answer that a connection buffers while the client is behind. Node uses the same bound for TLS. */
const readAhead = 16 * 1024;

/**
 * Connections to one origin, direct unless a proxy is set. They use HTTP/1.1 with one request at a time per connection,
 * so an abort or error never affects another request. Certificates are checked against Node's CAs and
 * `NODE_EXTRA_CA_CERTS`.
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
    maxHeaderSize: maxHeaderBytes,
  };
  if (!hasProxy(proxy)) return { dispatcher: new Pool(origin, options), target: {} };
  const agent = new EnvHttpProxyAgent({
    ...options,
    // Set all three, or undici reads the missing ones from the environment.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.exceptions ?? '',
    connectTimeout: timeouts().connect,
    // Limits how long a proxy may accept the connection and then not respond.
    clientFactory: (proxyOrigin, own) => new Pool(proxyOrigin, { ...own, headersTimeout: timeouts().connect }),
  });
  return { dispatcher: agent, target: { origin } };
}

/** Whether connections may go through a proxy. */
export function hasProxy(proxy: ProxySettings | undefined): proxy is ProxySettings {
  return proxy?.http !== undefined || proxy?.https !== undefined;
}

function buildFor(timeout: number): buildConnector.connector {
  const options = { timeout, allowH2: false, highWaterMark: readAhead, onread: sharedReads };
  return buildConnector(options);
}

/** A connector that uses the current connect timeout. */
function createConnector(timeouts: () => UpstreamTimeouts): buildConnector.connector {
  let builtFor = timeouts().connect;
  let connect = buildFor(builtFor);
  return (target, callback) => {
    const bound = timeouts().connect;
    if (bound !== builtFor) {
      builtFor = bound;
      connect = buildFor(bound);
    }
    connect(target, (...answer: Parameters<buildConnector.Callback>) => {
      const [, socket] = answer;
      if (socket !== null && socket !== undefined) {
        socket.on('error', markReset);
        socket.on('error', noteBreak);
        watchReads(socket);
      }
      callback(...answer);
    });
  };
}

/**
 * Replaces the error code of a connection reset. undici treats `ECONNRESET` as the normal end of a response that has
 * neither a length nor chunks (see its `onHttpSocketError`), because some systems report one after a complete response.
 * Without this, a truncated answer would pass for a complete one.
 */
function markReset(error: Error & { code?: unknown }): void {
  if (error.code === 'ECONNRESET') error.code = 'UPSTREAM_RESET';
}
