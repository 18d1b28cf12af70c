import type { Failure } from '../conversation/failure.ts';
import type { UpstreamAccount } from './account-headers.ts';
import type { ResponseHeaders } from './retry-after.ts';

export interface UpstreamRequest {
  /** Behind the origin, with its leading slash. */
  readonly path: string;
  /** GET without a body when absent, else POST. The pieces are sent in order; they must not change meanwhile. */
  readonly body?: readonly Uint8Array[];
  readonly account: UpstreamAccount;
  /** The route wants `X-Atlassian-EncodedToken` beside the authorization. */
  readonly encodedToken?: boolean;
  /** The model as the client asked for it: for the words of a failure. */
  readonly model?: string;
  /** The model as the upstream is asked for it: a failure that is about it names it so. */
  readonly upstreamModel?: string;
  /** A further status whose answer is handed over like a 2xx one instead of being read to a failure. */
  readonly alsoAnswer?: number;
  /** The answer is handed over as it is, whatever its status. */
  readonly answerAny?: true;
}

/**
 * What comes of one request, never called from within `send` itself: either `onStart` (status 2xx, or `alsoAnswer`), any number of
 * `onData` and `onEnd`, or, at any point of that, `onFailure`, which is the last. An answer of any other status is read
 * to a failure by the client. Nothing is called after `abort`.
 */
export interface UpstreamResponseHandler {
  onStart(status: number, headers: ResponseHeaders): void;
  /** The chunk is only good until the call returns. */
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onFailure(failure: Failure): void;
}

/** A request under way. */
export interface UpstreamCall {
  /** Drops the request and its connection at once. */
  abort(): void;
  /** Stops reading, so that the upstream feels it; a few chunks may still come. */
  pause(): void;
  resume(): void;
}
