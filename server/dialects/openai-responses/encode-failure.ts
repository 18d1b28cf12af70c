import type { Failure, FailureKind, FailureReason } from '../../conversation/failure.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { EncodedFailure } from '../dialect.ts';
import { explainFailure } from '../openai/explain-failure.ts';
import { encodeRetryHeaders } from '../retry-headers.ts';

interface WireError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
}

const request = 'invalid_request_error';
const server = 'server_error';

/** Statuses, types and codes of the Responses API. Codex evaluates the code, SDKs the status. */
const errorOfKind: Readonly<Record<FailureKind, WireError>> = {
  'invalid-request': { status: 400, type: request, code: 'invalid_prompt' },
  authentication: { status: 401, type: request, code: 'invalid_api_key' },
  permission: { status: 403, type: 'permission_error', code: 'permission_denied' },
  'not-found': { status: 404, type: request, code: 'not_found' },
  'rate-limited': { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  'quota-exhausted': { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  overloaded: { status: 503, type: server, code: 'server_is_overloaded' },
  'upstream-unavailable': { status: 502, type: server, code: 'server_error' },
  timeout: { status: 504, type: server, code: 'server_error' },
  'content-filtered': { status: 400, type: request, code: 'content_filter' },
  internal: { status: 500, type: server, code: 'server_error' },
};

const errorOfReason: Readonly<Partial<Record<FailureReason, Partial<WireError>>>> = {
  'missing-parameter': { code: 'missing_required_parameter' },
  'invalid-type': { code: 'invalid_type' },
  'unsupported-value': { code: 'invalid_value' },
  'unsupported-feature': { code: 'unsupported_parameter' },
  'unreadable-image': { code: 'invalid_image' },
  'unreadable-document': { code: 'invalid_value' },
  'unanswered-call': { code: 'invalid_value' },
  'unexpected-result': { code: 'invalid_value' },
  'unknown-reference': { code: 'previous_response_not_found' },
  'context-length-exceeded': { code: 'context_length_exceeded' },
  'request-too-large': { status: 413, code: 'request_too_large' },
  'unsupported-media-type': { status: 415, code: 'unsupported_content_type' },
  'request-timeout': { status: 408, code: 'request_timeout' },
  'method-not-allowed': { status: 405, code: 'method_not_supported' },
  'model-not-found': { code: 'model_not_found' },
  'unknown-route': { code: 'unknown_url' },
};

export function encodeFailure(failure: Failure): EncodedFailure {
  return {
    status: wireErrorOf(failure).status,
    headers: encodeRetryHeaders(failure),
    body: JSON.stringify({ error: encodeError(failure) }),
  };
}

/** All four members are present; `param` may be null. */
function encodeError(failure: Failure): JsonRecord {
  const { type, code } = wireErrorOf(failure);
  return { message: explainFailure(failure), type, param: failure.parameter ?? null, code };
}

/** The members of the event `error`, both flat and nested, since SDKs differ in which ones they read. */
export function encodeErrorEvent(failure: Failure): JsonRecord {
  const { message, param, code, ...rest } = encodeError(failure);
  return { message, param, code, error: { ...rest, message, param, code } };
}

export function wireErrorOf(failure: Failure): WireError {
  const change = failure.reason === undefined ? undefined : errorOfReason[failure.reason];
  // Like OpenAI: a missing item is a 404, a missing answer a 400.
  const isItem = failure.reason === 'unknown-reference' && failure.parameter !== 'previous_response_id';
  return { ...errorOfKind[failure.kind], ...change, ...(isItem && { status: 404, code: 'item_not_found' }) };
}
