import type { Failure, FailureKind, FailureReason } from '../../conversation/failure.ts';
import type { EncodedFailure } from '../dialect.ts';
import { explainFailure } from '../openai/explain-failure.ts';
import { encodeRetryHeaders } from '../retry-headers.ts';

interface WireError {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
}

const request = 'invalid_request_error';
const server = 'server_error';

/** The statuses, types and codes of OpenAI's errors. The official SDKs choose their error class by the status. */
const errorOfKind: Readonly<Record<FailureKind, WireError>> = {
  'invalid-request': { status: 400, type: request, code: null },
  authentication: { status: 401, type: request, code: 'invalid_api_key' },
  permission: { status: 403, type: 'permission_error', code: 'permission_denied' },
  'not-found': { status: 404, type: request, code: null },
  'rate-limited': { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  'quota-exhausted': { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  overloaded: { status: 503, type: server, code: 'server_is_overloaded' },
  'upstream-unavailable': { status: 502, type: server, code: 'upstream_unavailable' },
  timeout: { status: 504, type: server, code: 'timeout' },
  'content-filtered': { status: 400, type: request, code: 'content_filter' },
  internal: { status: 500, type: server, code: 'internal_error' },
};

/** Fields of a kind's error that a reason overrides. */
const errorOfReason: Readonly<Partial<Record<FailureReason, Partial<WireError>>>> = {
  'missing-parameter': { code: 'missing_required_parameter' },
  'invalid-type': { code: 'invalid_type' },
  'unsupported-value': { code: 'invalid_value' },
  'context-length-exceeded': { code: 'context_length_exceeded' },
  'request-too-large': { status: 413, code: 'request_too_large' },
  'unsupported-media-type': { status: 415, code: 'unsupported_content_type' },
  'request-timeout': { status: 408, code: 'request_timeout' },
  'method-not-allowed': { status: 405, code: 'method_not_supported' },
  'model-not-found': { code: 'model_not_found' },
  'unknown-route': { code: 'unknown_url' },
  'model-not-allowed': { code: 'model_not_allowed' },
  'address-not-allowed': { code: 'ip_not_authorized' },
  'no-credential': { code: 'no_credential' },
  'unknown-reference': { status: 404, code: 'not_found' },
  'unsupported-feature': { code: 'unsupported_feature' },
  'unreadable-image': { code: 'invalid_image' },
  'unreadable-document': { code: 'invalid_value' },
  'unanswered-call': { code: 'invalid_value' },
  'unexpected-result': { code: 'invalid_value' },
};

/** Messages that OpenAI has for some reasons. */
const sentences: Readonly<Partial<Record<FailureReason, string>>> = {
  'missing-api-key':
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
    '(i.e. Authorization: Bearer YOUR_KEY).',
};

/** Encodes OpenAI's `ErrorResponse`, with the headers that control retries in its SDKs. */
export function encodeFailure(failure: Failure): EncodedFailure {
  const { status } = wireErrorOf(failure);
  return {
    status,
    headers: encodeRetryHeaders(failure),
    body: encodeErrorBody(failure),
  };
}

/** Encodes the body only, which is also used inside a stream. */
export function encodeErrorBody(failure: Failure): string {
  const { type, code } = wireErrorOf(failure);
  const message = (failure.reason && sentences[failure.reason]) ?? explainFailure(failure);
  return JSON.stringify({ error: { message, type, param: failure.parameter ?? null, code } });
}

function wireErrorOf(failure: Failure): WireError {
  const change = failure.reason === undefined ? undefined : errorOfReason[failure.reason];
  return { ...errorOfKind[failure.kind], ...change };
}
