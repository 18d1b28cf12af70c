import type { VendorData } from './vendor-data.ts';

/**
 * Why an exchange failed, in words that belong to no vendor and no client dialect. The list is closed: a dialect must
 * be able to encode each of them, before and inside a stream.
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

/** A narrower reason within a kind, where a dialect has a code or a status of its own for it. */
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
  /** Something that the gateway would have to have kept, and has not (an earlier answer, a stored item). */
  | 'unknown-reference'
  /** A feature of the API that the gateway does not offer. */
  | 'unsupported-feature';

/**
 * Whose fault an attempt's failure was: classified once, where the upstream's answer is read, and all that the pool
 * learns from. What it is about (the account, or only the route that was taken) is its `scope`.
 *
 * - `request`: the request itself; no credential would do better. Never retried, never held against a credential.
 * - `route`: the route does not serve this request, or nobody: another route may. Never held against a credential.
 * - `token`: 401, the credential's token is invalid.
 * - `entitlement`: the account may not use this; the upstream says so by a status of its own.
 * - `rate`: 429, too many requests for now.
 * - `quota`: 429, credits are used up until a time.
 * - `concurrency`: refused for too many requests at once.
 * - `transient`: 5xx, broken answers, connection errors.
 * - `timeout`: nothing came in time.
 * - `model`: the model ended without an answer (Gemini's `MALFORMED_FUNCTION_CALL`). Asked once more while nothing was
 *   sent; never held against a credential or a route.
 * - `client`: the client left.
 * - `gateway`: our own.
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
 * How far a failed attempt's failure reaches. `account`: whatever the credential is used for. `route`: only this route with
 * this credential. `model`: only this model on this route with this credential.
 */
export type FailureScope = 'account' | 'route' | 'model';

export interface FailureOptions {
  /** Narrower than the kind. */
  readonly reason?: FailureReason;
  /** The request's parameter that is wrong, in the client's own words: `messages[2].content`. */
  readonly parameter?: string;
  /** Whose fault; `gateway` when nothing is said. */
  readonly fault?: Fault;
  /** How far it reaches; `route` when nothing is said. */
  readonly scope?: FailureScope;
  /** The HTTP status the upstream gave, when it gave one. */
  readonly upstreamStatus?: number;
  /** Seconds to wait that the upstream, a limit or the pool named. Fractions allowed; never negative. */
  readonly retryAfterSeconds?: number;
  /** The upstream's own message, redacted and bounded: evidence for the admin. */
  readonly evidence?: string;
  /** What only one dialect has a place for (Anthropic's `details`). */
  readonly vendor?: VendorData;
  /** What lay behind it. For logs only: never shown to a client. */
  readonly cause?: unknown;
}

/**
 * A failure with a message that may be shown to the client. Everything that must not be shown is in `cause`.
 */
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
   * @param kind one of the closed list
   * @param publicMessage a sentence for the client: what happened and what to do; holds no secret
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

/** Nobody's fault but the model's: asked again, it may do better. */
export function modelFailure(publicMessage: string): Failure {
  return new Failure('upstream-unavailable', publicMessage, { fault: 'model' });
}

/** What a model wrote that no client could answer. */
export const unnamedCall = 'The model called a tool without a name. Try again.';

/** Anything thrown, as a failure: failures pass through, the rest becomes `internal` with the thrown value as cause. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('internal', 'The gateway failed to handle the request. The log has the details.', {
    cause: thrown,
  });
}
