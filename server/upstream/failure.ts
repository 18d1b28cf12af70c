import { Buffer } from 'node:buffer';
import { Failure, type FailureKind, type FailureOptions } from '../conversation/failure.ts';
import { redactText } from '../lib/redact.ts';
import { type ErrorDetails, readErrorBody, readErrorValue } from './error-body.ts';
import { guessStatus, isContentRefusal, isContextOverflow, isUnknownModel } from './error-words.ts';
import { type ResponseHeaders, readRetryAfter } from './retry-after.ts';

export interface FailedAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body, or the beginning of it: UTF-8. */
  readonly body: Uint8Array;
  /** The model as the client asked for it: for the words. */
  readonly model: string;
  /** The model as the upstream was asked for it, which is what the pool knows it by; `model` when absent. */
  readonly upstreamModel?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What must not come out in a message: the credential's token, its pair, its e-mail address. */
  readonly secrets?: readonly string[];
}

/**
 * Reads an upstream's failed answer (any status but 2xx) once and for all: what the client is told, whose fault it was
 * and how long to wait.
 */
export function readUpstreamFailure(answer: FailedAnswer): Failure {
  const body = Buffer.from(answer.body).toString('utf8');
  const details = readErrorBody(body);
  const message = details.message ?? '';
  return judge({
    status: answer.status,
    upstreamStatus: answer.status,
    details,
    model: answer.model,
    upstreamModel: answer.upstreamModel ?? answer.model,
    message: publicMessage(message, answer.secrets),
    evidence: redactText(details.html || message === '' ? body : message, answer.secrets),
    retryAfterSeconds: readRetryAfter(answer.headers, details.retryAfterSeconds, message, answer.now),
  });
}

/**
 * Reads an error that came inside an answer of status 200: as its whole body or as an event of its stream. Its status is
 * guessed from its codes and words.
 *
 * @param value the parsed JSON, or text that is none
 * @param secrets what must not come out in a message
 */
export function readFailureValue(value: unknown, secrets: readonly string[] = []): Failure {
  const details = readErrorValue(value);
  const message = details.message ?? '';
  return judge({
    status: guessStatus(details),
    upstreamStatus: undefined,
    details,
    model: '',
    upstreamModel: '',
    message: publicMessage(message, secrets),
    evidence: redactText(message === '' ? (JSON.stringify(value) ?? '') : message, secrets),
    retryAfterSeconds: readRetryAfter({}, details.retryAfterSeconds, message, 0),
  });
}

/** What of the upstream's words may be shown to a client: no secret, and nobody's e-mail address. */
function publicMessage(message: string, secrets: readonly string[] | undefined): string {
  const withoutAddresses = message.replaceAll(/(?<![\w.+-])[\w.+-]+@[a-z][\w-]*(?:\.[\w-]+)+/gi, '[redacted]');
  return redactText(withoutAddresses, secrets, 300);
}

/** An answer that is no answer: broken, empty or cut. The next credential may fare better. */
export function brokenAnswer(message: string, evidence?: string, secrets: readonly string[] = []): Failure {
  return new Failure('upstream-unavailable', message, {
    fault: 'transient',
    ...(evidence === undefined || evidence === '' ? {} : { evidence: redactText(evidence, secrets) }),
  });
}

interface Case {
  /** The given or the guessed one. */
  readonly status: number;
  /** Only the given one. */
  readonly upstreamStatus: number | undefined;
  readonly details: ErrorDetails;
  /** Empty when not known. */
  readonly model: string;
  readonly upstreamModel: string;
  /** Redacted, bounded, may be empty. */
  readonly message: string;
  readonly evidence: string;
  readonly retryAfterSeconds: number | undefined;
}

function judge(answer: Case): Failure {
  const { status, details } = answer;
  if (details.words.includes('user_blocked')) return entitlementFailure(answer);
  if (details.words.includes('rate_limited')) return throttleFailure(answer);
  if (status === 401) return tokenFailure(answer);
  if (status === 402 || status === 429) return throttleFailure(answer);
  // A web page with 403 is a firewall's, about an address or a moment and not about the credential.
  if (status === 403) return details.html ? transientFailure(answer) : entitlementFailure(answer);
  if (status === 408) return timeoutFailure(answer);
  if (status >= 400 && status < 500 && status !== 425) return requestFailure(answer);
  return transientFailure(answer);
}

function build(answer: Case, kind: FailureKind, message: string, options: FailureOptions): Failure {
  return new Failure(kind, message, {
    ...(answer.upstreamStatus === undefined ? {} : { upstreamStatus: answer.upstreamStatus }),
    ...(answer.evidence === '' ? {} : { evidence: answer.evidence }),
    ...(answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds }),
    ...options,
  });
}

/** 401 is about our credential and never about the client's key: the client sees an upstream that is not available. */
function tokenFailure(answer: Case): Failure {
  const message = 'The Atlassian account behind the gateway was refused: its API token is invalid or has expired.';
  return build(answer, 'upstream-unavailable', message, { fault: 'token' });
}

function entitlementFailure(answer: Case): Failure {
  const message =
    answer.message === '' ? 'The Atlassian account behind the gateway may not use this.' : sentence(answer.message);
  return build(answer, 'permission', message, {
    fault: 'entitlement',
    ...(isAboutModel(answer) ? { model: answer.upstreamModel } : {}),
  });
}

/** A refusal of one model leaves the credential good for the others: the text names the model, or a model as such. */
function isAboutModel(answer: Case): boolean {
  if (answer.upstreamModel === '' || answer.details.words.includes('user_blocked')) return false;
  return answer.message.includes(answer.upstreamModel) || /\bmodels?\b/i.test(answer.message);
}

function throttleFailure(answer: Case): Failure {
  const text = `${answer.details.words.join(' ')} ${answer.message}`;
  if (/concurren|simultaneous|in parallel|in.flight/i.test(text)) {
    return build(
      answer,
      'rate-limited',
      throttleMessage('The upstream refused for too many requests at once', answer),
      {
        fault: 'concurrency',
      },
    );
  }
  if (isQuota(answer, text)) {
    return build(answer, 'quota-exhausted', throttleMessage('The upstream credits are used up', answer), {
      fault: 'quota',
    });
  }
  return build(answer, 'rate-limited', throttleMessage('The upstream refused for too many requests', answer), {
    fault: 'rate',
  });
}

function isQuota(answer: Case, text: string): boolean {
  if (answer.details.balanceUsedUp || answer.status === 402) return true;
  // Google words its rates as quotas: "Quota exceeded for … requests per minute".
  if (/per[ _-]?(?:second|minute)/i.test(text)) return false;
  return /quota|usage (?:limit|resets)|credits?\b|insufficient|billing|balance|exhausted your|(?:daily|monthly) (?:limit|usage)/i.test(
    text,
  );
}

function throttleMessage(lead: string, answer: Case): string {
  return answer.message === '' ? `${lead}.` : sentence(`${lead}: ${answer.message}`);
}

function timeoutFailure(answer: Case): Failure {
  return build(answer, 'timeout', `The upstream gave up waiting (status ${answer.status}).`, { fault: 'timeout' });
}

function requestFailure(answer: Case): Failure {
  const { status, details, message, model } = answer;
  const fault = { fault: 'request' } as const;
  if (isUnknownModel(status, details)) {
    const named = model === '' ? (/\[([^[\]]+)\]/.exec(message)?.[1] ?? '') : model;
    const subject = named === '' ? 'The model' : `The model \`${named}\``;
    return build(answer, 'not-found', `${subject} does not exist or you do not have access to it.`, {
      ...fault,
      reason: 'model-not-found',
      parameter: 'model',
    });
  }
  if (isContextOverflow(details)) {
    return build(answer, 'invalid-request', ownWords(answer, "The conversation is longer than the model's context."), {
      ...fault,
      reason: 'context-length-exceeded',
      parameter: 'messages',
    });
  }
  if (status === 413) {
    return build(answer, 'invalid-request', ownWords(answer, 'The request is too large for the upstream.'), {
      ...fault,
      reason: 'request-too-large',
    });
  }
  if (isContentRefusal(details)) {
    return build(answer, 'content-filtered', ownWords(answer, 'The upstream refused the content.'), fault);
  }
  if (status === 404 || status === 405) {
    const text = `The upstream knows no such route (status ${status}). Check the setting ATLASSIAN_ORIGIN.`;
    return build(answer, 'upstream-unavailable', text, fault);
  }
  return build(answer, 'invalid-request', ownWords(answer, `The upstream refused the request (status ${status}).`), {
    ...fault,
    ...(details.parameter === undefined ? {} : { parameter: details.parameter }),
  });
}

function transientFailure(answer: Case): Failure {
  const { status, details } = answer;
  const overloaded = status === 529 || status === 503 || details.words.some((word) => word.includes('overloaded'));
  const lead = overloaded ? 'The upstream is overloaded' : 'The upstream failed';
  const detail = answer.message === '' ? '' : `: ${answer.message}`;
  return build(
    answer,
    overloaded ? 'overloaded' : 'upstream-unavailable',
    sentence(`${lead} (status ${status})${detail}`),
    {
      fault: 'transient',
    },
  );
}

/** The upstream's own sentence, or ours when it had none. */
function ownWords(answer: Case, otherwise: string): string {
  return answer.message === '' || answer.details.html ? otherwise : sentence(answer.message);
}

function sentence(text: string): string {
  return /[.!?…。！？]$/.test(text) ? text : `${text}.`;
}
