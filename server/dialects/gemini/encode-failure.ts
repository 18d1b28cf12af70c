import type { Failure, FailureKind, FailureReason } from '../../conversation/failure.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { EncodedFailure } from '../dialect.ts';

interface WireStatus {
  readonly code: number;
  readonly status: string;
}

/** Google's statuses (https://cloud.google.com/apis/design/errors#error_codes). */
const statusOfKind: Readonly<Record<FailureKind, WireStatus>> = {
  'invalid-request': { code: 400, status: 'INVALID_ARGUMENT' },
  authentication: { code: 401, status: 'UNAUTHENTICATED' },
  permission: { code: 403, status: 'PERMISSION_DENIED' },
  'not-found': { code: 404, status: 'NOT_FOUND' },
  'rate-limited': { code: 429, status: 'RESOURCE_EXHAUSTED' },
  'quota-exhausted': { code: 429, status: 'RESOURCE_EXHAUSTED' },
  overloaded: { code: 503, status: 'UNAVAILABLE' },
  'upstream-unavailable': { code: 502, status: 'UNAVAILABLE' },
  timeout: { code: 504, status: 'DEADLINE_EXCEEDED' },
  'content-filtered': { code: 400, status: 'INVALID_ARGUMENT' },
  internal: { code: 500, status: 'INTERNAL' },
};

/** Statuses of reasons that differ from those of their kind. */
const statusOfReason: Readonly<Partial<Record<FailureReason, WireStatus>>> = {
  'request-too-large': { code: 413, status: 'INVALID_ARGUMENT' },
  'unsupported-media-type': { code: 415, status: 'INVALID_ARGUMENT' },
  'request-timeout': { code: 408, status: 'DEADLINE_EXCEEDED' },
  'method-not-allowed': { code: 405, status: 'UNIMPLEMENTED' },
  'unknown-reference': { code: 404, status: 'NOT_FOUND' },
};

/** Encodes Google's error. The details contain the time to wait, which its clients read. */
export function encodeFailure(failure: Failure): EncodedFailure {
  const seconds = failure.retryAfterSeconds;
  return {
    status: statusOf(failure).code,
    headers: seconds === undefined ? {} : { 'retry-after': String(Math.ceil(seconds)) },
    body: encodeErrorBody(failure),
  };
}

/** Encodes the body only, which is also used inside a stream. */
export function encodeErrorBody(failure: Failure): string {
  return JSON.stringify(toErrorBody(failure));
}

export function toErrorBody(failure: Failure): { readonly error: JsonRecord } {
  const { code, status } = statusOf(failure);
  const details = detailsOf(failure);
  return { error: { code, message: failure.message, status, ...(details.length > 0 && { details }) } };
}

function statusOf({ kind, reason }: Failure): WireStatus {
  return (reason === undefined ? undefined : statusOfReason[reason]) ?? statusOfKind[kind];
}

/** `google.rpc` messages (https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto). */
function detailsOf({ kind, parameter, message, retryAfterSeconds: seconds }: Failure): readonly JsonRecord[] {
  const details: JsonRecord[] = [];
  if (kind === 'invalid-request' && parameter !== undefined) {
    const fieldViolations = [{ field: parameter, description: message }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  }
  if (seconds !== undefined) {
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${Math.ceil(seconds)}s` });
  }
  return details;
}
