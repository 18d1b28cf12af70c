import type { FailureKind, FailureReason, FailureScope, Fault } from '../conversation/failure.ts';
import type { ErrorDetails } from './error-body.ts';
import {
  isConcurrency,
  isContentRefusal,
  isContextOverflow,
  isEntitlement,
  isLimitOfAccount,
  isMinuteLimit,
  isQuota,
  isUnknownModel,
  isUnknownPath,
  isUsersOwn,
} from './error-words.ts';

/** What an upstream said, read but not yet judged. */
export interface ErrorCase {
  /** The given or the guessed one. */
  readonly status: number;
  /** Only the given one. */
  readonly upstreamStatus: number | undefined;
  readonly details: ErrorDetails;
  /** The model as the client asked for it; empty when not known. */
  readonly model: string;
  /** The model as the upstream was asked for it; empty when not known. */
  readonly upstreamModel: string;
  /** Redacted, bounded, may be empty. */
  readonly message: string;
  readonly evidence: string;
  readonly retryAfterSeconds: number | undefined;
  /** Milliseconds since the epoch; 0 when not known. */
  readonly now: number;
}

/** What an answer means: whose fault it is, how far it reaches, what the client is told. */
export interface Verdict {
  /** The first verdict that applies is the answer's. */
  applies(answer: ErrorCase): boolean;
  readonly kind: FailureKind;
  readonly reason?: FailureReason;
  readonly parameter?: string;
  readonly fault: Fault;
  /** Said where the fault is a credential's or a route's. */
  readonly scope?: FailureScope | ((answer: ErrorCase) => FailureScope);
  /** For the client. */
  say(answer: ErrorCase): string;
}

/**
 * The table of decision 016: which failures are the request's, which the account's, which the route's, which the model's
 * on that route. Only what speaks of the account itself touches the credential.
 */
export const verdicts: readonly Verdict[] = [
  {
    applies: ({ details }) => isEntitlement(details),
    kind: 'permission',
    fault: 'entitlement',
    scope: 'account',
    say: (answer) => ownWords(answer, 'The Atlassian account behind the gateway may not use this.'),
  },
  {
    // Inside an answer of status 200 the token was accepted: there it is the vendor who refuses Atlassian.
    applies: ({ upstreamStatus }) => upstreamStatus === 401,
    kind: 'upstream-unavailable',
    fault: 'token',
    scope: 'account',
    // About our credential and never about the client's key: the client sees an upstream that is not available.
    say: () => 'The Atlassian account behind the gateway was refused: its API token is invalid or has expired.',
  },
  {
    applies: ({ details }) => isMinuteLimit(details),
    kind: 'rate-limited',
    fault: 'rate',
    scope: 'account',
    say: (answer) => lead(answer, 'The upstream refused for too many requests'),
  },
  {
    applies: (answer) => isThrottle(answer) && isConcurrency(answer.details),
    kind: 'rate-limited',
    fault: 'concurrency',
    scope: ({ details }) => (isLimitOfAccount(details) || isUsersOwn(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'The upstream refused for too many requests at once'),
  },
  {
    applies: (answer) => answer.status === 402 || (isThrottle(answer) && isQuota(answer.details)),
    kind: 'quota-exhausted',
    fault: 'quota',
    // A vendor's quota is Atlassian's own with the vendor, and no affair of the account.
    scope: ({ details }) => (isLimitOfAccount(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'The upstream credits are used up'),
  },
  {
    applies: isThrottle,
    kind: 'rate-limited',
    fault: 'rate',
    scope: ({ details }) => (isLimitOfAccount(details) ? 'account' : 'route'),
    say: (answer) => lead(answer, 'The upstream refused for too many requests'),
  },
  {
    applies: ({ status }) => status === 401,
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'route',
    say: (answer) => lead(answer, 'The vendor behind the upstream refused it'),
  },
  {
    // A firewall's, a vendor's, or about what was asked: nothing says that it is the account.
    applies: ({ status }) => status === 403,
    kind: 'permission',
    fault: 'route',
    scope: (answer) => (isAboutModel(answer) ? 'model' : 'route'),
    say: (answer) => ownWords(answer, `The upstream refused the request (status ${answer.status}).`),
  },
  {
    applies: ({ status }) => status === 408,
    kind: 'timeout',
    fault: 'timeout',
    scope: 'route',
    say: ({ status }) => `The upstream gave up waiting (status ${status}).`,
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
    applies: (answer) => isRefusal(answer) && isContextOverflow(answer.details),
    kind: 'invalid-request',
    reason: 'context-length-exceeded',
    parameter: 'messages',
    fault: 'request',
    say: (answer) => ownWords(answer, "The conversation is longer than the model's context."),
  },
  {
    applies: ({ status }) => status === 413,
    kind: 'invalid-request',
    reason: 'request-too-large',
    fault: 'request',
    say: (answer) => ownWords(answer, 'The request is too large for the upstream.'),
  },
  {
    applies: (answer) => isRefusal(answer) && isContentRefusal(answer.details),
    kind: 'content-filtered',
    fault: 'request',
    say: (answer) => ownWords(answer, 'The upstream refused the content.'),
  },
  {
    applies: ({ status, details }) => isUnknownPath(status, details),
    kind: 'upstream-unavailable',
    fault: 'route',
    scope: 'route',
    say: ({ status }) => `The upstream knows no such route (status ${status}). Check the setting ATLASSIAN_ORIGIN.`,
  },
  {
    applies: isRefusal,
    kind: 'invalid-request',
    fault: 'request',
    say: (answer) => ownWords(answer, `The upstream refused the request (status ${answer.status}).`),
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

/** What is nothing of the above: 5xx, redirects, a status that nobody knows. */
export const unavailable: Verdict = {
  applies: () => true,
  kind: 'upstream-unavailable',
  fault: 'transient',
  scope: 'route',
  say: (answer) => lead(answer, `The upstream failed (status ${answer.status})`),
};

function isThrottle({ status, details }: ErrorCase): boolean {
  return status === 429 || isLimitOfAccount(details);
}

/** The upstream understood, and says no. */
function isRefusal({ status }: ErrorCase): boolean {
  return status >= 400 && status < 500 && status !== 425;
}

/** A refusal of one model leaves the route good for the others: the text names the model, or a model as such. */
function isAboutModel({ upstreamModel, message }: ErrorCase): boolean {
  if (upstreamModel === '') return false;
  return message.includes(upstreamModel) || /\bmodels?\b/i.test(message);
}

function sayUnknownModel({ model, message }: ErrorCase): string {
  const named = model === '' ? (/\[([^[\]]+)\]/.exec(message)?.[1] ?? '') : model;
  const subject = named === '' ? 'The model' : `The model \`${named}\``;
  return `${subject} does not exist or you do not have access to it.`;
}

function lead({ message }: ErrorCase, words: string): string {
  return sentence(message === '' ? words : `${words}: ${message}`);
}

/** The upstream's own sentence, or ours when it had none. */
function ownWords({ message, details }: ErrorCase, otherwise: string): string {
  return message === '' || details.html ? otherwise : sentence(message);
}

function sentence(text: string): string {
  return /[.!?…。！？]$/.test(text) ? text : `${text}.`;
}
