import { Failure, type FailureKind, toFailure } from '../conversation/failure.ts';
import { isRecord, readText } from '../lib/json.ts';
import { redactText } from '../lib/redact.ts';

/** The bounds on an upstream's silence, in milliseconds; 0 turns one off. */
export interface UpstreamTimeouts {
  /** Until the connection, TLS included, stands. */
  readonly connect: number;
  /** Until the response's headers. */
  readonly firstByte: number;
  /** Between two chunks of the body. */
  readonly silence: number;
}

/** Says which bound was passed. */
export function toTimeoutFailure(bound: keyof UpstreamTimeouts, timeouts: UpstreamTimeouts): Failure {
  const time = inSeconds(timeouts[bound]);
  const messages = {
    connect: `No connection to the upstream within ${time}.`,
    firstByte: `The upstream did not begin to answer within ${time}.`,
    silence: `The upstream fell silent for ${time} in its answer.`,
  };
  return new Failure('timeout', messages[bound], { fault: 'timeout', evidence: messages[bound] });
}

/** What kept an answer from coming or from ending, as the HTTP client reports it, told as a failure. */
export function toTransportFailure(error: unknown, timeouts: UpstreamTimeouts): Failure {
  const code = readCode(error);
  switch (code) {
    // Every error of the network and every other one of undici has a code: this one was thrown by a handler of ours.
    case undefined:
      if (!(error instanceof Error && error.name === 'HTTPParserError')) return toFailure(error);
      return failure('upstream-unavailable', 'The upstream does not speak HTTP.', 'transient', error);
    case 'UND_ERR_CONNECT_TIMEOUT':
      return toTimeoutFailure('connect', timeouts);
    case 'ETIMEDOUT':
      return failure('timeout', 'The connection to the upstream timed out.', 'timeout', error);
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return new Failure('upstream-unavailable', 'The gateway is shutting down.', {
        reason: 'shutting-down',
        fault: 'gateway',
        cause: error,
      });
    case 'UND_ERR_INVALID_ARG':
      return failure('internal', 'The gateway could not make the request to the upstream.', 'gateway', error);
    default:
      return failure('upstream-unavailable', describeConnection(code), 'transient', error);
  }
}

function describeConnection(code: string | undefined): string {
  if (code === 'ECONNREFUSED') return 'The upstream refused the connection.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return "The upstream's name could not be resolved.";
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return "The upstream's TLS certificate was not accepted.";
  }
  return 'The connection to the upstream broke.';
}

function failure(
  kind: FailureKind,
  message: string,
  fault: 'timeout' | 'transient' | 'gateway',
  cause: unknown,
): Failure {
  const evidence = cause instanceof Error ? redactText(`${readCode(cause) ?? cause.name}: ${cause.message}`) : message;
  return new Failure(kind, message, { fault, evidence, cause });
}

/** The error's code; of several (one per address tried) the first one's. */
function readCode(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  if (error instanceof AggregateError && error.code === undefined) return readCode(error.errors[0]);
  return readText(error.code);
}

function inSeconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
