import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from '../lib/clock.ts';
import { accountHeaders } from './account-headers.ts';
import type { UpstreamCall, UpstreamRequest, UpstreamResponseHandler } from './call.ts';
import { createConnections, hasProxy, type ProxySettings } from './connections.ts';
import { UpstreamDispatch } from './dispatch.ts';
import type { UpstreamTimeouts } from './transport-failure.ts';

export type { UpstreamRequest, UpstreamResponseHandler } from './call.ts';

export interface UpstreamClient {
  send(request: UpstreamRequest, handler: UpstreamResponseHandler): UpstreamCall;
  /** Aborts the requests in progress and closes every connection. */
  close(): Promise<void>;
}

export interface UpstreamClientOptions {
  /** `https://api.atlassian.com` or another origin, http or https. */
  readonly origin: string;
  /** Called for each request, so a changed setting applies to the next one. */
  readonly timeouts: () => UpstreamTimeouts;
  readonly proxy?: ProxySettings;
  readonly now?: Clock;
}

/** The HTTP client for the upstream: connections, timeouts, aborts. It knows nothing about models. */
export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { timeouts, now = systemClock } = options;
  const proxied = hasProxy(options.proxy);
  const { dispatcher, target } = createConnections(options.origin, timeouts, options.proxy);

  return {
    send(request, handler) {
      const dispatch = new UpstreamDispatch(handler, { request, timeouts: timeouts(), proxied, now });
      dispatch.start(dispatcher, {
        ...target,
        path: request.path,
        method: request.body === undefined ? 'GET' : 'POST',
        // undici's own timers can be up to a second late, so UpstreamDispatch enforces the timeouts.
        headersTimeout: 0,
        bodyTimeout: 0,
        ...encodeBody(accountHeaders(request.account, request.encodedToken), request.body),
      });
      return dispatch;
    },
    close: () => dispatcher.destroy(),
  };
}

function encodeBody(
  headers: readonly string[],
  pieces: readonly Uint8Array[] = [],
): Pick<Dispatcher.DispatchOptions, 'headers' | 'body'> {
  const [first] = pieces;
  if (first === undefined || (pieces.length === 1 && first.byteLength <= smallBody)) {
    return { headers: [...headers], body: first ?? null };
  }
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  return { headers: [...headers, 'content-length', String(length)], body: iterableBody(pieces) };
}

/** Bytes. undici keeps a body until the answer ends, unless it comes as an iterable, which takes longer to write. */
const smallBody = 16_384;

/**
 * undici accepts any iterable, although its types do not say so. A stream would work too, but each request's stream
 * references the next one's: once V8 promotes one of them to the old generation, all later ones stay in memory,
 * including their bodies, until the next full collection.
 *
 * @param pieces the list may be emptied while undici still sends them: an upstream may answer early
 */
function iterableBody(pieces: Iterable<Uint8Array>): NonNullable<Dispatcher.DispatchOptions['body']> {
  const body: Iterable<Uint8Array> = { [Symbol.iterator]: () => [...pieces].values() };
  return body as unknown as NonNullable<Dispatcher.DispatchOptions['body']>;
}
