import type { AdminError, AdminErrorCode } from '../../../contract/error.ts';
import { gatewayMessages } from '../../../contract/gateway-messages.ts';
import { AdminRefusal } from '../../admin/refusal.ts';
import { Failure, type FailureKind } from '../../conversation/failure.ts';
import { isRecord, readNumber, readString } from '../../lib/json.ts';
import { Unavailable } from '../../lib/unavailable.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { CredentialExists } from '../../pool/credential.ts';

export interface AdminFailureOptions {
  /** The invalid field of the input, as a dotted path. */
  readonly field?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** For the log only. */
  readonly cause?: unknown;
}

/** An error response of the admin API. The message contains no secrets. */
export class AdminFailure extends Error {
  override readonly name = 'AdminFailure';
  readonly code: AdminErrorCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AdminErrorCode, message: string, options: AdminFailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

const statuses: Readonly<Record<AdminErrorCode, number>> = {
  unauthenticated: 401,
  password_change_required: 403,
  wrong_password: 401,
  second_factor_required: 401,
  wrong_code: 401,
  weak_password: 400,
  too_many_attempts: 429,
  forbidden_origin: 403,
  invalid_input: 400,
  not_found: 404,
  conflict: 409,
  upstream_refused: 502,
  unavailable: 503,
  internal: 500,
};

export const statusOf = (failure: AdminFailure): number => statuses[failure.code];

/** Encodes the contract's error body. */
export function encodeFailure({ code, message, field, retryAfterSeconds }: AdminFailure): AdminError {
  return {
    error: {
      code,
      message,
      ...withoutUndefined({ field, retryAfterSeconds }),
    },
  };
}

export const notFound = (what: string) => new AdminFailure('not_found', `There is no such ${what}.`);

/** The database is not writable, so nothing was changed. */
export function unavailable(failure: Unavailable): AdminFailure {
  return new AdminFailure('unavailable', `Nothing was changed. ${failure.message}`, {
    retryAfterSeconds: 5,
    cause: failure,
  });
}

/**
 * Converts anything thrown to a failure of the admin API. Unexpected errors become `internal`, with the error as cause.
 */
export function toAdminFailure(thrown: unknown): AdminFailure {
  if (thrown instanceof AdminFailure) return thrown;
  if (thrown instanceof AdminRefusal) {
    return new AdminFailure(thrown.code, thrown.message, {
      retryAfterSeconds: thrown.retryAfterSeconds,
      field: thrown.code === 'weak_password' ? 'newPassword' : undefined,
    });
  }
  if (thrown instanceof CredentialExists) {
    return new AdminFailure('conflict', gatewayMessages.emailTaken, { field: 'email' });
  }
  if (thrown instanceof Unavailable && thrown.isUnavailable) return unavailable(thrown);
  if (thrown instanceof Failure) return fromFailure(thrown);
  return fromFastify(thrown) ?? internal(thrown);
}

const codesOfKinds: Partial<Record<FailureKind, AdminErrorCode>> = {
  'invalid-request': 'invalid_input',
  'not-found': 'not_found',
  authentication: 'upstream_refused',
  permission: 'upstream_refused',
  'rate-limited': 'upstream_refused',
  'quota-exhausted': 'upstream_refused',
  'upstream-unavailable': 'upstream_refused',
  timeout: 'upstream_refused',
  overloaded: 'unavailable',
};

function fromFailure(failure: Failure): AdminFailure {
  const code = codesOfKinds[failure.kind] ?? 'internal';
  const { retryAfterSeconds, parameter } = failure;
  return new AdminFailure(code, failure.message, { retryAfterSeconds, field: parameter, cause: failure.cause });
}

/** Fastify's own errors: body too large, unsupported media type, broken connection. */
function fromFastify(thrown: unknown): AdminFailure | undefined {
  if (!(thrown instanceof Error) || !isRecord(thrown)) return undefined;
  const status = readNumber(thrown.statusCode);
  if (status === undefined || status < 400 || status >= 500) return undefined;
  const code = readString(thrown.code);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new AdminFailure('invalid_input', 'The body must be JSON.');
  if (status === 413) return new AdminFailure('invalid_input', 'The body is too large.');
  return new AdminFailure('invalid_input', 'The request is malformed.');
}

function internal(cause: unknown): AdminFailure {
  return new AdminFailure('internal', 'The gateway failed to handle the call. See the log for details.', { cause });
}
