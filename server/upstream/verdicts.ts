import type { FailureKind, FailureReason, FailureScope, Fault } from '../conversation/failure.ts';
import type { ErrorDetails } from './error-body.ts';
import {
  isAboutEndpoint,
  isAboutVendorAccount,
  isConcurrency,
  isContentRefusal,
  isContextOverflow,
  isEntitlement,
  isLimitOfAccount,
  isMinuteLimit,
  isOutputLimitReached,
  isQuota,
  isThrottleWord,
  isUnknownModel,
  isUnknownPath,
  isUnreadableDocument,
  isUnreadableImage,
  isUsersOwn,
} from './error-words.ts';

/** An upstream error, parsed but not yet classified. */
export interface UpstreamError {
  /** The response's status, or the guessed one for an error inside a 200 response. */
  readonly status: number;
  /** The response's status; undefined for an error inside a 200 response. */
  readonly upstreamStatus: number | undefined;
  readonly details: ErrorDetails;
  /** The model name the client used; empty when unknown. */
  readonly model: string;
  /** The model's id on the upstream; empty when unknown. */
  readonly upstreamModel: string;
  /** Redacted and bounded; may be empty. */
  readonly message: string;
  readonly evidence: string;
  readonly retryAfterSeconds: number | undefined;
  /** Milliseconds since the epoch; 0 when unknown. */
  readonly now: number;
}

/** The meaning of an upstream error: its fault, its scope, and the message for the client. */
export interface Verdict {
  /** The first verdict in the table that applies wins. */
  applies(answer: UpstreamError): boolean;
  readonly kind: FailureKind;
  readonly reason?: FailureReason;
  readonly parameter?: string;
  readonly fault: Fault;
  /** Set when the fault is with a credential or a route. */
  readonly scope?: FailureScope | ((answer: UpstreamError) => FailureScope);
  /** The message for the client. */
  say(answer: UpstreamError): string;
}

/**
 * The table from decision 016: which errors are about the request, the account, the route, or the model on that route.
 * Only an error about the account itself affects the credential.
 */
export const verdicts: readonly Verdict[] = [
  {
    applies: ({ details }) => isEntitlement(details),
    kind: 'permission',
    fault: 'entitlement',
    scope: 'account',
    say: (answer) => upstreamMessageOr(answer, 'The Atlassian account behind the gateway is not allowed to use this.'),
  },
  {
    // Only the response's own status: inside a 200 response the token was accepted, and the vendor refused Atlassian.
    applies: ({ upstreamStatus }) => upstreamStatus === 401,
    kind: 'upstream-unavailable',
    fault: 'token',
    scope: 'account',
    // The fault is in our credential, not in the client's key, so the client sees an unavailable upstream.
    say: () =>
      'The upstream rejected the Atlassian account behind the gateway: its API token is invalid or has expired.',
  },
  {
    applies: ({ details }) => isMinuteLimit(details),
    kind: 'rate-limited',
    fault: 'rate',
    scope: 'account',
    say: (answer) => lead(answer, 'Too many requests to the upstream'),
  },
  {
    applies: (answer) => isThrottle(answer) && isConcurrency(answer.details),
    kind: 'rate-limited',
    fault: 'concurrency',
    scope: ({ details }) => (isLimitOfAccount(details) || isUsersOwn(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'Too many concurrent requests to the upstream'),
  },
  {
    applies: (answer) => answer.status === 402 || (isThrottle(answer) && isQuota(answer.details)),
    kind: 'quota-exhausted',
    fault: 'quota',
    // A vendor's quota belongs to Atlassian, not to the account.
    scope: ({ details }) => (isLimitOfAccount(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'The upstream credits are used up'),
  },
  {
    applies: isThrottle,
    kind: 'rate-limited',
    fault: 'rate',
    scope: ({ details }) => (isLimitOfAccount(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'Too many requests to the upstream'),
  },
  {
    applies: ({ status }) => status === 401,
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'route',
    say: (answer) => lead(answer, "The vendor behind the upstream rejected the upstream's credentials"),
  },
  {
    // It may come from a firewall or a vendor, or be about the request; nothing says that it is about the account.
    applies: ({ status }) => status === 403,
    kind: 'permission',
    fault: 'route',
    scope: (answer) => (isAboutModel(answer) ? 'model' : 'route'),
    say: (answer) => upstreamMessageOr(answer, `The upstream refused the request (status ${answer.status}).`),
  },
  {
    applies: ({ status }) => status === 408,
    kind: 'timeout',
    fault: 'timeout',
    scope: 'route',
    say: ({ status }) => `The upstream timed out (status ${status}).`,
  },
  {
    applies: (answer) => isRefusal(answer) && isAboutVendorAccount(answer.details),
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'route',
    say: (answer) => lead(answer, "The vendor behind the upstream rejected the upstream's account"),
  },
  {
    applies: (answer) => isRefusal(answer) && isAboutEndpoint(answer.details),
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'model',
    say: (answer) => upstreamMessageOr(answer, 'The upstream does not have the model on this route.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isUnknownModel(answer.status, answer.details),
    kind: 'not-found',
    reason: 'model-not-found',
    parameter: 'model',
    fault: 'route',
    scope: 'model',
    say: sayUnknownModel,
  },
  {
    applies: (answer) => isRefusal(answer) && isOutputLimitReached(answer.details),
    kind: 'invalid-request',
    reason: 'output-limit-reached',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, 'The limit on output tokens was reached.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isContextOverflow(answer.details),
    kind: 'invalid-request',
    reason: 'context-length-exceeded',
    parameter: 'messages',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, "The conversation is longer than the model's context."),
  },
  {
    applies: ({ status }) => status === 413,
    kind: 'invalid-request',
    reason: 'request-too-large',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, 'The request is too large for the upstream.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isContentRefusal(answer.details),
    kind: 'content-filtered',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, 'The upstream refused the content.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isUnreadableImage(answer.details),
    kind: 'invalid-request',
    reason: 'unreadable-image',
    parameter: 'messages',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, 'The model cannot read an image of the conversation.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isUnreadableDocument(answer.details),
    kind: 'invalid-request',
    reason: 'unreadable-document',
    parameter: 'messages',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, 'The model cannot read a document of the conversation.'),
  },
  {
    applies: ({ status, details }) => isUnknownPath(status, details),
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'route',
    say: ({ status }) =>
      `The upstream does not have this route (status ${status}). Check the setting ATLASSIAN_ORIGIN.`,
  },
  {
    applies: isRefusal,
    kind: 'invalid-request',
    fault: 'request',
    say: (answer) => upstreamMessageOr(answer, `The upstream refused the request (status ${answer.status}).`),
  },
  {
    applies: ({ status, details }) =>
      status === 529 || status === 503 || details.words.some((word) => word.includes('overloaded')),
    kind: 'overloaded',
    fault: 'transient',
    scope: 'route',
    say: (answer) => lead(answer, `The upstream is overloaded (status ${answer.status})`),
  },
];

/** Everything else: 5xx, redirects, unknown statuses. */
export const unavailable: Verdict = {
  applies: () => true,
  kind: 'upstream-unavailable',
  fault: 'transient',
  scope: 'route',
  say: (answer) => lead(answer, `The upstream failed (status ${answer.status})`),
};

function isThrottle({ status, details }: UpstreamError): boolean {
  return status === 429 || isLimitOfAccount(details) || (status === 400 && isThrottleWord(details));
}

/** The statuses below 500 of failures that may not occur again: a conflict, Bedrock's failed model, a cancelled call. */
const passing: ReadonlySet<number> = new Set([409, 424, 425, 499]);

/** The upstream understood the request and refused it. */
function isRefusal({ status }: UpstreamError): boolean {
  return status >= 400 && status < 500 && !passing.has(status);
}

/** True when the message mentions the model or models in general: the route stays usable for other models. */
function isAboutModel({ upstreamModel, message }: UpstreamError): boolean {
  if (upstreamModel === '') return false;
  return message.includes(upstreamModel) || /\bmodels?\b/i.test(message);
}

function sayUnknownModel({ model, message }: UpstreamError): string {
  const named = model === '' ? (/\[([^[\]]+)\]/.exec(message)?.[1] ?? '') : model;
  const subject = named === '' ? 'The model' : `The model \`${named}\``;
  return `${subject} does not exist or you do not have access to it.`;
}

function lead({ message }: UpstreamError, words: string): string {
  return sentence(message === '' ? words : `${words}: ${message}`);
}

/** The upstream's message, or ours when it has none. */
function upstreamMessageOr({ message, details }: UpstreamError, otherwise: string): string {
  return message === '' || details.html ? otherwise : sentence(message);
}

function sentence(text: string): string {
  return /[.!?…。！？]$/.test(text) ? text : `${text}.`;
}
