import type { Failure } from '../conversation/failure.ts';
import type { UpstreamAccount } from './account-headers.ts';
import type { ResponseHeaders } from './retry-after.ts';

export interface UpstreamRequest {
  /** Path and query after the origin, with a leading slash. */
  readonly path: string;
  /**
   * Without a body the request is a GET, otherwise a POST. The pieces are sent in order and must not be modified. The list
   * may be emptied after the answer has started, to free them.
   */
  readonly body?: readonly Uint8Array[];
  readonly account: UpstreamAccount;
  /** Send `X-Atlassian-EncodedToken` in addition to the authorization. */
  readonly encodedToken?: boolean;
  /** The answer is not streamed: it arrives once the model has written all of it. */
  readonly wholeAnswer?: boolean;
  /** The model name the client used, for error messages. */
  readonly model?: string;
  /** The model's id on the upstream, to recognise errors that name it. */
  readonly upstreamModel?: string;
  /** One more status that is passed on like a 2xx instead of being turned into a failure. */
  readonly alsoAnswer?: number;
  /** Pass the response on unchanged, whatever its status. */
  readonly answerAny?: true;
}

/**
 * Callbacks of one request. None is called from within `send`, and none after `abort`. The order is `onStart` (status
 * 2xx or `alsoAnswer`), any number of `onData`, then `onEnd`. `onFailure` may come at any point and is then the last
 * call. The client turns a response of any other status into a failure.
 */
export interface UpstreamResponseHandler {
  onStart(status: number, headers: ResponseHeaders): void;
  /** The chunk is only valid until the call returns. */
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onFailure(failure: Failure): void;
}

/** A request in progress. */
export interface UpstreamCall {
  /** Aborts the request and closes its connection immediately. */
  abort(): void;
  /** Stops reading, which applies backpressure to the upstream. A few more chunks may still arrive. */
  pause(): void;
  resume(): void;
}
