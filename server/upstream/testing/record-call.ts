import { Buffer } from 'node:buffer';
import type { Failure } from '../../conversation/failure.ts';
import type { UpstreamCall, UpstreamRequest, UpstreamResponseHandler } from '../call.ts';
import type { UpstreamClient } from '../client.ts';
import type { ResponseHeaders } from '../retry-after.ts';

/** The callbacks of a handler, in order. */
export interface RecordedCall {
  readonly call: UpstreamCall;
  /** `start 200`, `data`, `end`, `failure timeout`, …: the order of calls. */
  readonly order: readonly string[];
  readonly status: number | undefined;
  readonly headers: ResponseHeaders;
  readonly body: () => Buffer;
  readonly failure: Failure | undefined;
  /** Resolves when the first bytes of the body arrive. */
  readonly firstData: Promise<void>;
  /** Resolves on the end or the failure. */
  readonly over: Promise<void>;
}

export function recordCall(client: UpstreamClient, request: UpstreamRequest): RecordedCall {
  const pieces: Buffer[] = [];
  const order: string[] = [];
  const firstData = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const recorded: { status: number | undefined; headers: ResponseHeaders; failure: Failure | undefined } = {
    status: undefined,
    headers: {},
    failure: undefined,
  };
  const handler: UpstreamResponseHandler = {
    onStart(status, headers) {
      order.push(`start ${status}`);
      recorded.status = status;
      recorded.headers = headers;
    },
    onData(chunk) {
      if (order.at(-1) !== 'data') order.push('data');
      pieces.push(Buffer.from(chunk));
      firstData.resolve();
    },
    onEnd() {
      order.push('end');
      over.resolve();
    },
    onFailure(failure) {
      order.push(`failure ${failure.kind}`);
      recorded.failure = failure;
      over.resolve();
    },
  };
  const call = client.send(request, handler);
  return {
    call,
    order,
    get status() {
      return recorded.status;
    },
    get headers() {
      return recorded.headers;
    },
    get failure() {
      return recorded.failure;
    },
    body: () => Buffer.concat(pieces),
    firstData: firstData.promise,
    over: over.promise,
  };
}
