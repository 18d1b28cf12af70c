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
  /** Drops what is still under way and closes every connection. */
  close(): Promise<void>;
}

export interface UpstreamClientOptions {
  /** `https://api.atlassian.com` or another origin, http or https. */
  readonly origin: string;
  /** Called for each request, so a changed setting applies from the next one on. */
  readonly timeouts: () => UpstreamTimeouts;
  readonly proxy?: ProxySettings;
  readonly now?: Clock;
}

/** The HTTP side of the upstream: connections, timeouts, aborts. It knows accounts and statuses and nothing of models. */
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
        // Its own timers are up to a second late; the dispatch keeps the time.
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
  if (pieces.length < 2) return { headers: [...headers], body: first ?? null };
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  return { headers: [...headers, 'content-length', String(length)], body: iterableBody(pieces) };
}

/**
 * undici takes any iterable, which its types do not say. A stream would do as well, but one request's stream holds the next
 * one's: when V8 takes one of them for old, all that follow are kept, bodies and all, until it looks through everything.
 */
function iterableBody(pieces: Iterable<Uint8Array>): NonNullable<Dispatcher.DispatchOptions['body']> {
  return pieces as unknown as NonNullable<Dispatcher.DispatchOptions['body']>;
}
