import type { Failure, FailureReason } from '../../conversation/failure.ts';
import type { EncodedFailure } from '../dialect.ts';
import { explainFailure } from '../openai/explain-failure.ts';
import { type CodesOfKinds, type ErrorsOfReasons, toWireError, type WireError } from '../openai/wire-errors.ts';
import { encodeRetryHeaders } from '../retry-headers.ts';

const codeOfKind: CodesOfKinds = {
  'invalid-request': null,
  authentication: 'invalid_api_key',
  permission: 'permission_denied',
  'not-found': null,
  'rate-limited': 'rate_limit_exceeded',
  'quota-exhausted': 'insufficient_quota',
  overloaded: 'server_is_overloaded',
  'upstream-unavailable': 'upstream_unavailable',
  timeout: 'timeout',
  'content-filtered': 'content_filter',
  internal: 'internal_error',
};

const ownErrorOfReason: ErrorsOfReasons = {
  'model-not-allowed': { code: 'model_not_allowed' },
  'address-not-allowed': { code: 'ip_not_authorized' },
  'no-credential': { code: 'no_credential' },
  'unknown-reference': { status: 404, code: 'not_found' },
  'unsupported-feature': { code: 'unsupported_feature' },
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
  return toWireError(failure, codeOfKind, ownErrorOfReason);
}
