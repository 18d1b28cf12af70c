import { Buffer } from 'node:buffer';
import { Failure, type Fault } from '../conversation/failure.ts';
import { redactText } from '../lib/redact.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { readErrorBody, readErrorValue } from './error-body.ts';
import { guessStatus, isDailyLimit, isMinuteLimit } from './error-words.ts';
import { type ResponseHeaders, readRetryAfter } from './retry-after.ts';
import { type UpstreamError, unavailable, verdicts } from './verdicts.ts';

export interface FailedAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body or its beginning, in UTF-8. */
  readonly body: Uint8Array;
  /** The model name the client used, for the message. */
  readonly model: string;
  /** The model's id on the upstream; `model` when absent. */
  readonly upstreamModel?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Secrets to redact: the credential's token, `email:token` pair and e-mail address. */
  readonly secrets?: readonly string[];
}

/**
 * Converts an upstream's error response (any status but 2xx) to a failure: the client's message, the fault and the
 * retry delay.
 */
export function readUpstreamFailure(answer: FailedAnswer): Failure {
  const body = Buffer.from(answer.body).toString('utf8');
  const details = readErrorBody(body);
  const message = details.message ?? '';
  return classify({
    status: answer.status,
    upstreamStatus: answer.status,
    details,
    model: answer.model,
    upstreamModel: answer.upstreamModel ?? answer.model,
    message: publicMessage(message, answer.secrets),
    evidence: redactText(details.html || message === '' ? body : message, answer.secrets),
    retryAfterSeconds: readRetryAfter(answer.headers, details.retryAfterSeconds, message, answer.now),
    now: answer.now,
  });
}

/**
 * Converts an error inside a 200 response (its whole body or an event of its stream) to a failure. The status is
 * guessed from the error's codes and message.
 *
 * @param value the parsed JSON, or text that is not JSON
 * @param secrets strings to redact
 */
export function readFailureValue(value: unknown, secrets: readonly string[] = []): Failure {
  const details = readErrorValue(value);
  const message = details.message ?? '';
  return classify({
    status: guessStatus(details),
    upstreamStatus: undefined,
    details,
    model: '',
    upstreamModel: '',
    message: publicMessage(message, secrets),
    evidence: redactText(message === '' ? (JSON.stringify(value) ?? '') : message, secrets),
    retryAfterSeconds: readRetryAfter({}, details.retryAfterSeconds, message, 0),
    now: 0,
  });
}

/** Removes secrets and e-mail addresses from an upstream message, so it can be shown to a client. */
function publicMessage(message: string, secrets: readonly string[] | undefined): string {
  const withoutAddresses = message.replaceAll(/(?<![\w.+-])[\w.+-]+@[a-z][\w-]*(?:\.[\w-]+)+/gi, '[redacted]');
  return redactText(withoutAddresses, secrets, 300);
}

/** The failure for a broken, empty or truncated answer. Another attempt may succeed. */
export function brokenAnswer(message: string, evidence?: string, secrets: readonly string[] = []): Failure {
  return new Failure('upstream-unavailable', message, {
    fault: 'transient',
    ...(evidence !== undefined && evidence !== '' && { evidence: redactText(evidence, secrets) }),
  });
}

function classify(answer: UpstreamError): Failure {
  const verdict = verdicts.find((one) => one.applies(answer)) ?? unavailable;
  const { kind, reason, fault, scope } = verdict;
  const { upstreamStatus, evidence } = answer;
  const retryAfterSeconds = waitOf(answer, fault);
  const parameter = verdict.parameter ?? (kind === 'invalid-request' ? answer.details.parameter : undefined);
  return new Failure(kind, verdict.say(answer), {
    fault,
    ...withoutUndefined({
      reason,
      parameter,
      scope: typeof scope === 'function' ? scope(answer) : scope,
      upstreamStatus,
      evidence: evidence === '' ? undefined : evidence,
      retryAfterSeconds,
    }),
  });
}

/** Seconds to wait after a per-minute limit that names no time. */
const minuteLimitWait = 10;

/**
 * Per-minute limits end a second after the time they name. Daily limits end at midnight UTC (protocol notes,
 * section 4).
 */
function waitOf({ details, retryAfterSeconds, now }: UpstreamError, fault: Fault): number | undefined {
  if (isMinuteLimit(details)) return (retryAfterSeconds ?? minuteLimitWait) + 1;
  if (fault !== 'quota' || retryAfterSeconds !== undefined || now === 0 || !isDailyLimit(details)) {
    return retryAfterSeconds;
  }
  return (dayLength - (now % dayLength)) / 1000;
}

const dayLength = 86_400_000;
