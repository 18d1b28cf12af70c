import type { Failure } from '../../conversation/failure.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { EncodedFailure } from '../dialect.ts';
import { explainFailure } from '../openai/explain-failure.ts';
import { type CodesOfKinds, type ErrorsOfReasons, toWireError, type WireError } from '../openai/wire-errors.ts';
import { encodeRetryHeaders } from '../retry-headers.ts';

/** Codex evaluates the code. */
const codeOfKind: CodesOfKinds = {
  'invalid-request': 'invalid_prompt',
  authentication: 'invalid_api_key',
  permission: 'permission_denied',
  'not-found': 'not_found',
  'rate-limited': 'rate_limit_exceeded',
  'quota-exhausted': 'insufficient_quota',
  overloaded: 'server_is_overloaded',
  'upstream-unavailable': 'server_error',
  timeout: 'server_error',
  'content-filtered': 'content_filter',
  internal: 'server_error',
};

const ownErrorOfReason: ErrorsOfReasons = {
  'unknown-reference': { code: 'previous_response_not_found' },
  'unsupported-feature': { code: 'unsupported_parameter' },
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
  const error = toWireError(failure, codeOfKind, ownErrorOfReason);
  // Like OpenAI: a missing item is a 404, a missing answer a 400.
  const isItem = failure.reason === 'unknown-reference' && failure.parameter !== 'previous_response_id';
  return isItem ? { ...error, status: 404, code: 'item_not_found' } : error;
}
