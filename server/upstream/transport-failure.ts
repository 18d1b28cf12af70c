import { Failure, type FailureKind, toFailure } from '../conversation/failure.ts';
import { isRecord, readText } from '../lib/json.ts';
import { redactText } from '../lib/redact.ts';

/** Timeouts for the upstream, in milliseconds; 0 disables one. */
export interface UpstreamTimeouts {
  /** Until the connection is established, including TLS. */
  readonly connect: number;
  /** Until a stream's response headers arrive. */
  readonly firstByte: number;
  /** Until the body of a whole answer begins, which is when the model has written all of it. */
  readonly wholeAnswer: number;
  /** Between two chunks of the body; in streams also before the first one. */
  readonly silence: number;
}

/** The context of a connection error. */
export interface TransportContext {
  readonly timeouts: UpstreamTimeouts;
  /** The connection may have used a proxy. */
  readonly proxied: boolean;
}

/** The failure for a timeout that expired. */
export function toTimeoutFailure(bound: keyof UpstreamTimeouts, timeouts: UpstreamTimeouts): Failure {
  const time = inSeconds(timeouts[bound]);
  const messages = {
    connect: `No connection to the upstream within ${time}.`,
    firstByte: `The upstream did not begin to answer within ${time}.`,
    wholeAnswer: `The upstream did not complete its answer within ${time}. A streamed answer may take longer.`,
    silence: `The upstream sent nothing for ${time} in the middle of its answer.`,
  };
  return new Failure('timeout', messages[bound], { fault: 'timeout', evidence: messages[bound] });
}

/** Converts an error of the HTTP client to a failure. */
export function toTransportFailure(error: unknown, { timeouts, proxied }: TransportContext): Failure {
  const code = readCode(error);
  const refusal = proxied ? readProxyRefusal(error) : undefined;
  if (refusal !== undefined) return failure('upstream-unavailable', refusal, 'transient', error);
  switch (code) {
    // All network errors and all other undici errors have a code, so this one was thrown by our own handler.
    case undefined:
      if (!(error instanceof Error && error.name === 'HTTPParserError')) return toFailure(error);
      return failure('upstream-unavailable', 'The upstream did not respond with HTTP.', 'transient', error);
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
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EADDRNOTAVAIL':
      // Another credential would fail the same way.
      return failure('overloaded', `The gateway's host has run out of connections (${code}).`, 'gateway', error);
    case 'UND_ERR_INVALID_ARG':
      return failure('internal', 'The gateway could not make the request to the upstream.', 'gateway', error);
    default:
      return failure('upstream-unavailable', describeConnection(code, proxied), 'transient', error);
  }
}

/** Reads a proxy's status from undici's message: `Proxy response (403) !== 200 when HTTP Tunneling`. */
function readProxyRefusal(error: unknown): string | undefined {
  const status = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(
    error instanceof Error ? error.message : '',
  )?.[1];
  if (status === undefined) return undefined;
  if (status === '407') return 'The proxy rejected the user name and password in HTTPS_PROXY or HTTP_PROXY.';
  return `The proxy refused to connect to the upstream (status ${status}).`;
}

/** @param proxied the peer may then be the proxy or, for a host in NO_PROXY, the upstream */
function describeConnection(code: string | undefined, proxied: boolean): string {
  const peer = proxied ? 'The proxy or the upstream' : 'The upstream';
  if (code === 'ECONNREFUSED') return `${peer} refused the connection.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return proxied
      ? 'The name of the proxy or the upstream could not be resolved.'
      : "The upstream's name could not be resolved.";
  }
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

/** The error's code; for an aggregate error (one per address tried), the first one's. */
function readCode(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  if (error instanceof AggregateError && error.code === undefined) return readCode(error.errors[0]);
  return readText(error.code);
}

function inSeconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
