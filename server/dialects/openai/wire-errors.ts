import type { Failure, FailureKind, FailureReason } from '../../conversation/failure.ts';

/** An error of OpenAI's APIs, which share statuses and types. Their codes differ. */
export interface WireError {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
}

export type CodesOfKinds = Readonly<Record<FailureKind, string | null>>;
export type ErrorsOfReasons = Readonly<Partial<Record<FailureReason, Pick<WireError, 'code'> & Partial<WireError>>>>;

/** The official SDKs choose their error class by the status. */
const errorOfKind: Readonly<Record<FailureKind, Omit<WireError, 'code'>>> = {
  'invalid-request': { status: 400, type: 'invalid_request_error' },
  authentication: { status: 401, type: 'invalid_request_error' },
  permission: { status: 403, type: 'permission_error' },
  'not-found': { status: 404, type: 'invalid_request_error' },
  'rate-limited': { status: 429, type: 'rate_limit_error' },
  'quota-exhausted': { status: 429, type: 'insufficient_quota' },
  overloaded: { status: 503, type: 'server_error' },
  'upstream-unavailable': { status: 502, type: 'server_error' },
  timeout: { status: 504, type: 'server_error' },
  'content-filtered': { status: 400, type: 'invalid_request_error' },
  internal: { status: 500, type: 'server_error' },
};

/** Reasons for which both APIs have the same error. */
const errorOfReason: ErrorsOfReasons = {
  'missing-parameter': { code: 'missing_required_parameter' },
  'invalid-type': { code: 'invalid_type' },
  'unsupported-value': { code: 'invalid_value' },
  'unreadable-image': { code: 'invalid_image' },
  'unreadable-document': { code: 'invalid_value' },
  'unanswered-call': { code: 'invalid_value' },
  'unexpected-result': { code: 'invalid_value' },
  'context-length-exceeded': { code: 'context_length_exceeded' },
  'request-too-large': { status: 413, code: 'request_too_large' },
  'unsupported-media-type': { status: 415, code: 'unsupported_content_type' },
  'request-timeout': { status: 408, code: 'request_timeout' },
  'method-not-allowed': { status: 405, code: 'method_not_supported' },
  'model-not-found': { code: 'model_not_found' },
  'unknown-route': { code: 'unknown_url' },
};

/** @param codes by kind @param own the API's errors of reasons, before those that both APIs have */
export function toWireError({ kind, reason }: Failure, codes: CodesOfKinds, own: ErrorsOfReasons): WireError {
  const change = reason === undefined ? undefined : (own[reason] ?? errorOfReason[reason]);
  return { ...errorOfKind[kind], code: codes[kind], ...change };
}
