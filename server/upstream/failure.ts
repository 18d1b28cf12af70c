import { Buffer } from 'node:buffer';
import { Failure, type Fault } from '../conversation/failure.ts';
import { redactText } from '../lib/redact.ts';
import { readErrorBody, readErrorValue } from './error-body.ts';
import { guessStatus, isDailyLimit, isMinuteLimit } from './error-words.ts';
import { type ResponseHeaders, readRetryAfter } from './retry-after.ts';
import { type ErrorCase, unavailable, verdicts } from './verdicts.ts';

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
    now: answer.now,
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
    now: 0,
  });
}

/** What of the upstream's words may be shown to a client: no secret, and nobody's e-mail address. */
function publicMessage(message: string, secrets: readonly string[] | undefined): string {
  const withoutAddresses = message.replaceAll(/(?<![\w.+-])[\w.+-]+@[a-z][\w-]*(?:\.[\w-]+)+/gi, '[redacted]');
  return redactText(withoutAddresses, secrets, 300);
}

/** An answer that is no answer: broken, empty or cut. The next attempt may fare better. */
export function brokenAnswer(message: string, evidence?: string, secrets: readonly string[] = []): Failure {
  return new Failure('upstream-unavailable', message, {
    fault: 'transient',
    ...(evidence === undefined || evidence === '' ? {} : { evidence: redactText(evidence, secrets) }),
  });
}

function judge(answer: ErrorCase): Failure {
  const verdict = verdicts.find((one) => one.applies(answer)) ?? unavailable;
  const { kind, reason, fault, scope } = verdict;
  const { upstreamStatus, evidence } = answer;
  const retryAfterSeconds = waitOf(answer, fault);
  const parameter = verdict.parameter ?? (kind === 'invalid-request' ? answer.details.parameter : undefined);
  return new Failure(kind, verdict.say(answer), {
    fault,
    ...(reason === undefined ? {} : { reason }),
    ...(parameter === undefined ? {} : { parameter }),
    ...(scope === undefined ? {} : { scope: typeof scope === 'function' ? scope(answer) : scope }),
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(evidence === '' ? {} : { evidence }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** What a minute's limit asks for when it names no time; seconds. */
const minuteLimitWait = 10;

/** Limits by the minute end a second after the time that they name, those by the day at midnight, UTC (protocol notes, section 4). */
function waitOf({ details, retryAfterSeconds, now }: ErrorCase, fault: Fault): number | undefined {
  if (isMinuteLimit(details)) return (retryAfterSeconds ?? minuteLimitWait) + 1;
  if (fault !== 'quota' || retryAfterSeconds !== undefined || now === 0 || !isDailyLimit(details)) {
    return retryAfterSeconds;
  }
  return (dayLength - (now % dayLength)) / 1000;
}

const dayLength = 86_400_000;
