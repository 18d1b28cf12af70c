import type { Failure, FailureKind, FailureReason } from '../../conversation/failure.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { type ByteString, toByteString } from '../../lib/byte-string.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { EncodedFailure, FailureContext } from '../dialect.ts';
import { encodeRetryHeaders } from '../retry-headers.ts';
import { anthropicMessages } from './name.ts';
import { nameEvent } from './stream-events.ts';
import { toParameterName } from './validation-failure.ts';

interface WireError {
  readonly status: number;
  readonly type: string;
}

/** The API's statuses and types (https://platform.claude.com/docs/en/api/errors). */
const errorOfKind: Readonly<Record<FailureKind, WireError>> = {
  'invalid-request': { status: 400, type: 'invalid_request_error' },
  authentication: { status: 401, type: 'authentication_error' },
  permission: { status: 403, type: 'permission_error' },
  'not-found': { status: 404, type: 'not_found_error' },
  'rate-limited': { status: 429, type: 'rate_limit_error' },
  'quota-exhausted': { status: 429, type: 'rate_limit_error' },
  overloaded: { status: 529, type: 'overloaded_error' },
  'upstream-unavailable': { status: 502, type: 'api_error' },
  timeout: { status: 504, type: 'timeout_error' },
  'content-filtered': { status: 400, type: 'invalid_request_error' },
  internal: { status: 500, type: 'api_error' },
};

/** Errors of reasons that differ from those of their kind. */
const errorOfReason: Readonly<Partial<Record<FailureReason, WireError>>> = {
  'request-too-large': { status: 413, type: 'request_too_large' },
  'unsupported-media-type': { status: 415, type: 'invalid_request_error' },
  'request-timeout': { status: 408, type: 'timeout_error' },
  'method-not-allowed': { status: 405, type: 'invalid_request_error' },
  'no-credential': { status: 503, type: 'api_error' },
  'shutting-down': { status: 503, type: 'api_error' },
};

/** Messages that the API has for some reasons. */
const sentences: Readonly<Partial<Record<FailureReason, string>>> = {
  'missing-api-key':
    'x-api-key header is required: send your key for this gateway in it, or in Authorization as a Bearer token.',
};

/** Encodes the API's `ErrorResponse`, with the headers that control retries in its SDK. */
export function encodeFailure(failure: Failure, { requestId }: FailureContext): EncodedFailure {
  return {
    status: wireErrorOf(failure).status,
    headers: encodeRetryHeaders(failure),
    body: encodeErrorBody(failure, requestId),
  };
}

/** Encodes the error as the last event of a stream. */
export function encodeErrorEvent(failure: Failure, requestId: string): ByteString {
  return nameEvent('error', toByteString(encodeErrorBody(failure, requestId)));
}

/** The header `request-id`, which the official SDK shows in its errors. */
export function encodeRequestId({ requestId }: FailureContext): Readonly<Record<string, string>> {
  return { 'request-id': toRequestId(requestId) };
}

function toRequestId(id: string): string {
  return `req_${id.replaceAll(/[^a-zA-Z0-9]/g, '')}`;
}

function encodeErrorBody(failure: Failure, requestId: string): string {
  const { type } = wireErrorOf(failure);
  const { details } = vendorMembersOf(failure.vendor, anthropicMessages);
  const message = (failure.reason && sentences[failure.reason]) ?? explain(failure);
  const error = { type, message, ...withoutUndefined({ details }) };
  return JSON.stringify({ type: 'error', error, request_id: toRequestId(requestId) });
}

interface OwnWords {
  /** All forms of the API's words for it. */
  readonly known: RegExp;
  readonly words: string;
}

/**
 * The API's own words for failures that clients, such as Claude Code, recognize by them: they shorten the conversation,
 * take the images or documents out of it, go back to an earlier turn, or ask for another model.
 */
const ownWords: Readonly<Partial<Record<FailureReason, OwnWords>>> = {
  'context-length-exceeded': {
    known: /prompt is too long|input is too long for requested model|exceed context limit: \d+ \+ \d+ > \d+/i,
    words: 'prompt is too long',
  },
  'unreadable-image': {
    known:
      /could not process image|image exceeds|image dimensions exceed|image does not match|image cannot be empty|too much media/i,
    words: 'Could not process image',
  },
  'unreadable-document': {
    known: /could not process pdf|pdf pages|the pdf specified|pdf cannot be empty|too much media/i,
    words: 'Could not process PDF',
  },
  'unanswered-call': {
    known: /`tool_use` ids were found/,
    words: '`tool_use` ids were found without `tool_result` blocks immediately after',
  },
  'unexpected-result': {
    known: /unexpected `tool_use_id`/,
    words: 'unexpected `tool_use_id` found in `tool_result` blocks',
  },
  'model-not-found': { known: /^model: /, words: 'model' },
};

/** Puts the API's own words before those of the gateway or another vendor. */
function explain(failure: Failure): string {
  const message = messageOf(failure) || 'The request failed.';
  const own = failure.reason && ownWords[failure.reason];
  return own === undefined || own.known.test(message) ? message : `${own.words}: ${message}`;
}

/** Returns the message with parameters named like the API: `messages.0.content`. */
function messageOf({ message, parameter }: Failure): string {
  return parameter === undefined ? message : message.replaceAll(parameter, toParameterName(parameter));
}

function wireErrorOf({ kind, reason }: Failure): WireError {
  return (reason && errorOfReason[reason]) ?? errorOfKind[kind];
}
