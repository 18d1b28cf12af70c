import type { VendorData } from './vendor-data.ts';

/**
 * Why an exchange failed, independent of vendors and client dialects. The list is closed: every dialect can encode each
 * kind, both before and inside a stream.
 */
export const failureKinds = [
  'invalid-request',
  'authentication',
  'permission',
  'not-found',
  'rate-limited',
  'quota-exhausted',
  'overloaded',
  'upstream-unavailable',
  'timeout',
  'content-filtered',
  'internal',
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** A more specific reason within a kind, for which some dialect has its own code or status. */
export type FailureReason =
  | 'model-not-found'
  | 'unknown-route'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'missing-parameter'
  | 'invalid-type'
  | 'unsupported-value'
  | 'malformed-json'
  | 'unsupported-media-type'
  | 'context-length-exceeded'
  | 'request-too-large'
  | 'missing-api-key'
  | 'invalid-api-key'
  | 'expired-api-key'
  | 'model-not-allowed'
  | 'address-not-allowed'
  | 'budget-exhausted'
  | 'no-credential'
  | 'shutting-down'
  | 'client-gone'
  /** The request refers to something that the gateway has not stored (an earlier answer, a stored item). */
  | 'unknown-reference'
  /** A feature of the API that the gateway does not offer. */
  | 'unsupported-feature'
  /** The model, or the only route to it, cannot read an image or a document of the conversation. */
  | 'unreadable-image'
  | 'unreadable-document'
  /** The model used up the limit on output tokens before it wrote anything. */
  | 'output-limit-reached'
  /** A tool call of the history without a result, or a result without a call. */
  | 'unanswered-call'
  | 'unexpected-result';

/**
 * What caused a failed attempt. It is classified once, where the upstream's answer is read, and is all that the pool
 * learns about the failure, apart from its `scope` (whether the whole account is affected or only the route).
 *
 * - `request`: the request itself. It would fail with any credential, so it is never retried and never counts against
 *   one.
 * - `route`: the route does not serve this request, or is down. Another route may work; never counts against a
 *   credential.
 * - `token`: 401, the credential's token is invalid.
 * - `entitlement`: the account is not allowed to use this; the upstream has a status of its own for it.
 * - `rate`: 429, too many requests for now.
 * - `quota`: 429, the credits are used up until a certain time.
 * - `concurrency`: rejected because of too many concurrent requests.
 * - `transient`: 5xx, broken answers, connection errors.
 * - `timeout`: the upstream did not respond in time.
 * - `model`: the model ended without an answer (Gemini's `MALFORMED_FUNCTION_CALL`). Retried once if nothing was sent
 *   to the client yet; never counts against a credential or a route.
 * - `client`: the client disconnected.
 * - `gateway`: the gateway itself.
 */
export type Fault =
  | 'request'
  | 'route'
  | 'token'
  | 'entitlement'
  | 'rate'
  | 'quota'
  | 'concurrency'
  | 'transient'
  | 'timeout'
  | 'model'
  | 'client'
  | 'gateway';

/**
 * What a failed attempt affects. `account`: every use of the credential. `route`: only this route with this credential.
 * `model`: only this model on this route with this credential.
 */
export type FailureScope = 'account' | 'route' | 'model';

export interface FailureOptions {
  /** More specific than the kind. */
  readonly reason?: FailureReason;
  /** The invalid request parameter, as the client's dialect names it: `messages[2].content`. */
  readonly parameter?: string;
  /** Default: `gateway`. */
  readonly fault?: Fault;
  /** Default: `route`. */
  readonly scope?: FailureScope;
  /** The HTTP status of the upstream's response, if there was one. */
  readonly upstreamStatus?: number;
  /** Seconds to wait, as given by the upstream, a limit or the pool. May be fractional; never negative. */
  readonly retryAfterSeconds?: number;
  /** The upstream's error message, redacted and truncated, for the admin. */
  readonly evidence?: string;
  /** Error details that only one dialect has a field for (such as Anthropic's `details`). */
  readonly vendor?: VendorData;
  /** The underlying error. For logs only; never shown to a client. */
  readonly cause?: unknown;
}

/** A failure whose message may be shown to the client. Everything that must not be shown is in `cause`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly reason: FailureReason | undefined;
  readonly parameter: string | undefined;
  readonly fault: Fault;
  readonly scope: FailureScope;
  readonly upstreamStatus: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly evidence: string | undefined;
  readonly vendor: VendorData | undefined;

  /**
   * @param publicMessage tells the client what happened and what to do; contains no secrets
   */
  constructor(kind: FailureKind, publicMessage: string, options: FailureOptions = {}) {
    super(publicMessage, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.reason = options.reason;
    this.parameter = options.parameter;
    this.fault = options.fault ?? 'gateway';
    this.scope = options.scope ?? 'route';
    this.upstreamStatus = options.upstreamStatus;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.evidence = options.evidence;
    this.vendor = options.vendor;
  }
}

/** A failure of the model itself, which may not happen again on a retry. */
export function modelFailure(publicMessage: string): Failure {
  return new Failure('upstream-unavailable', publicMessage, { fault: 'model' });
}

/** The model ended without an answer. @param vendorReason the vendor's finish reason */
export function unansweredFailure(vendorReason: string): Failure {
  return modelFailure(`The model ended without an answer (${vendorReason}). Try again.`);
}

/** Message for a tool call that no client could execute. */
export const unnamedCallMessage = 'The model called a tool without giving its name. Try again.';

/**
 * Converts anything thrown to a failure. A Failure is returned as it is; other values become the cause of an
 * `internal`.
 */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('internal', 'The gateway failed to handle the request. The log has the details.', {
    cause: thrown,
  });
}
