import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import type { ErrorFamily } from './error-families.ts';

/** Credits of an account as reported by the upstream; every part may be missing. */
export type Balance = Readonly<Record<string, number>>;

/** An error response: status, headers in lower case, body. */
export type ErrorReply = {
  readonly kind: 'error';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Additional content of an error body. */
export type ErrorDetail = {
  /** Seconds; 0 for none. */
  readonly retryAfter: number;
  readonly balance: Balance;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Path of the request. */
  readonly path: string;
  /** The status word for an account that may not use the product. */
  readonly entitlement: string;
};

/** The default error body of a status, if neither the wire nor a knob sets one. */
function usualFamily(status: number): ErrorFamily {
  if (status === 403) return 'blocked';
  if (status === 413) return 'text';
  return status === 429 ? 'balance' : 'message';
}

/**
 * Writes a refusal as an HTTP answer. The `error-body` knob overrides the wire's own family; `retry-after-in` sets
 * where the waiting time is (default: in the body for the family `balance`, otherwise in the header).
 */
export function encodeError(
  refusal: Refusal,
  behaviour: Behaviour,
  wireFamily: ErrorFamily | null,
  detail: ErrorDetail,
): ErrorReply {
  const chosen = behaviour['error-body'];
  const family = chosen === 'auto' ? (wireFamily ?? usualFamily(refusal.status)) : chosen;
  const place = retryPlace(behaviour, family);
  const inBody = place === 'body' || place === 'header-and-body';
  const headers: Record<string, string> = { 'content-type': contentTypeOf(family) };
  if (detail.retryAfter > 0 && place === 'date') {
    headers['retry-after'] = new Date(detail.now + detail.retryAfter * 1000).toUTCString();
  } else if (detail.retryAfter > 0 && place !== 'body') {
    headers['retry-after'] = String(Math.ceil(detail.retryAfter));
  }
  return {
    kind: 'error',
    status: refusal.status,
    headers,
    body: encodeErrorBody(refusal, family, { ...detail, retryAfter: inBody ? detail.retryAfter : 0 }),
  };
}

const bodiesWithRetry: ReadonlySet<ErrorFamily> = new Set([
  'balance',
  'daily-limit',
  'minute-limit',
  'blocked',
  'entitlement',
]);

function retryPlace(behaviour: Behaviour, family: ErrorFamily): 'header' | 'date' | 'body' | 'header-and-body' {
  const place = behaviour['retry-after-in'];
  if (place !== 'auto') return place;
  return bodiesWithRetry.has(family) ? 'body' : 'header';
}

function contentTypeOf(family: ErrorFamily): string {
  switch (family) {
    case 'text':
    case 'usage-resets':
      return 'text/plain; charset=utf-8';
    case 'html':
      return 'text/html; charset=utf-8';
    default:
      return 'application/json';
  }
}

/** The body of an error in the given family; also the data of an error inside a stream. */
export function encodeErrorBody(refusal: Refusal, family: ErrorFamily, detail: ErrorDetail): string {
  switch (family) {
    case 'text':
      return refusal.message;
    case 'usage-resets':
      return 'You have used up your credits, usage resets in 29d 31m';
    case 'html':
      return htmlPage(refusal);
    case 'empty':
      return '';
    case 'broken-json':
      return `{"message": "${refusal.message}`;
    case 'google-array':
      return JSON.stringify([errorObject(refusal, 'google', detail)]);
    default: {
      const hint = detail.retryAfter > 0 ? { retryAfterSeconds: detail.retryAfter } : {};
      return JSON.stringify({ ...errorObject(refusal, family, detail), ...hint });
    }
  }
}

type ObjectFamily = Exclude<ErrorFamily, 'google-array' | 'text' | 'usage-resets' | 'html' | 'empty' | 'broken-json'>;

function errorObject(refusal: Refusal, family: ObjectFamily, detail: ErrorDetail): object {
  const { status, message, type = 'invalid_request_error', parameter = null, code = null } = refusal;
  switch (family) {
    case 'message':
      return { message };
    case 'error-message':
      return { error: STATUS_CODES[status] ?? 'Error', message };
    case 'spring':
      return springBody(refusal, detail);
    case 'upstream':
      return { upstream: { content: { type: 'error', error: { type: anthropicType(status), message } } } };
    case 'openai':
      return { error: { message, type: status < 500 ? type : 'server_error', param: parameter, code } };
    case 'anthropic':
      return { type: 'error', error: { type: anthropicType(status), message } };
    case 'google':
      return { error: { code: status, message, status: googleStatus(status) } };
    case 'balance':
      return { status: 'RATE_LIMITED', balance: detail.balance, message };
    case 'daily-limit':
      return { status: 'DAILY_LIMIT_EXCEEDED', balance: dailyBalance(detail.balance) };
    case 'minute-limit':
      return { status: 'MINUTE_LIMIT_EXCEEDED', balance: dailyBalance(detail.balance) };
    case 'blocked':
      return { status: 'USER_BLOCKED', message };
    case 'entitlement':
      return entitlementBody(detail.entitlement, message);
    case 'concurrency':
      return { message: 'Too many concurrent requests for this user' };
  }
}

/** The body of Spring's own error page, where `status` is a number. */
function springBody({ status, message }: Refusal, { now, path }: ErrorDetail): object {
  const timestamp = new Date(now).toISOString().replace('Z', '+00:00');
  return { timestamp, status, error: STATUS_CODES[status] ?? 'Error', path, requestId: '7d3f1c2e-42', message };
}

/** The upstream's message for an account that may not use the product. */
export function entitlementBody(status: string, message: string): object {
  return { status, message, title: 'Rovo Dev is not available', ctaLink: 'https://example.atlassian.net/admin' };
}

function dailyBalance(balance: Balance): Balance {
  return Object.fromEntries(Object.entries(balance).filter(([name]) => name.startsWith('daily')));
}

function anthropicType(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return types[status] ?? 'api_error';
}

function googleStatus(status: number): string {
  const names: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
    504: 'DEADLINE_EXCEEDED',
  };
  return names[status] ?? 'INTERNAL';
}

function htmlPage(refusal: Refusal): string {
  const title = `${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n`;
}
