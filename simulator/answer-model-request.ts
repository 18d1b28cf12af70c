import type { Account, Accounts, Exceeded } from './account/accounts.ts';
import { composeAnswer } from './answer/answer.ts';
import { isKnownModel } from './answer/models.ts';
import { invalidRequest, type Refusal } from './answer/prompt.ts';
import type { Behaviour } from './behaviour.ts';
import { type CacheContext, measureInput } from './cache/measure-input.ts';
import type { Configuration } from './configuration.ts';
import type { Reply } from './delivery/frame.ts';
import { matchesAnyPattern } from './patterns.ts';
import type { ErrorFamily } from './refusal/error-families.ts';
import { type ErrorReply, encodeError } from './refusal/errors.ts';
import { overflowRefusal } from './refusal/overflow.ts';
import type { Wire, WireRequest } from './wire.ts';

/** Everything needed to answer one request, after its credential was accepted and its behaviour determined. */
export type ModelRequest = {
  readonly wire: Wire;
  readonly request: WireRequest;
  readonly model: string;
  readonly behaviour: Behaviour;
  readonly account: Account;
  readonly accounts: Accounts;
  readonly caches: Pick<CacheContext, 'cache' | 'ledger'>;
  /** The site id from either header; empty if there is none. */
  readonly cloudIds: { readonly billing: string; readonly plain: string };
  readonly bodyBytes: number;
  /** Path of the request, for error bodies that contain it. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nextAnswerNumber: () => number;
  readonly stepOf: Configuration['stepOf'];
};

/** Answers or refuses a request. Checks in the upstream's order: account, size, model, body. */
export function answerModelRequest(asked: ModelRequest): Reply {
  const { wire, request, model, behaviour, account, accounts, now } = asked;
  const exceeded = accounts.check(account, behaviour);
  if (exceeded !== null) return refuseExceeded(exceeded, asked);
  const refusal = forcedRefusal(behaviour) ?? checkCloudId(asked) ?? checkEnvelope(asked);
  if (refusal !== null) return refuse(refusal, asked, behaviour['retry-after']);
  const reading = wire.readPrompt(request, model, behaviour);
  if (!reading.ok) return refuse(reading.refusal, asked, 0);
  if (behaviour.images === 'reject' && reading.prompt.imageCount > 0) {
    return refuse(invalidRequest('image content is not supported', 'messages'), asked, 0);
  }
  const context = { ...asked.caches, email: account.email, route: wire.name, now };
  const input = measureInput(reading.prompt, behaviour, context);
  if (behaviour['context-tokens'] > 0 && input.input > behaviour['context-tokens']) {
    return refuse(overflowRefusal(wire.name, behaviour), asked, 0);
  }
  accounts.charge(account, behaviour);
  const created = Math.floor(now / 1000);
  const scripted: Behaviour = { ...behaviour, ...asked.stepOf(reading.prompt) };
  const answer = composeAnswer(reading.prompt, scripted, { number: asked.nextAnswerNumber(), created, input });
  return wire.encodeAnswer(answer, reading.prompt, scripted, request);
}

/** The error set by the `status` knob. */
function forcedRefusal(behaviour: Behaviour): Refusal | null {
  const { status } = behaviour;
  if (status === 200) return null;
  const message = behaviour['error-message'] || usualMessage(status);
  return { status, message, ...(behaviour['error-code'] !== '' && { code: behaviour['error-code'] }) };
}

function usualMessage(status: number): string {
  const messages: Readonly<Record<number, string>> = {
    401: 'Unauthorized',
    403: 'Your account has been blocked from using this product',
    413: 'Request entity too large',
    429: 'Rate limit exceeded',
    503: 'Service unavailable',
    529: 'Overloaded',
  };
  return messages[status] ?? `Simulated failure with status ${status}`;
}

function checkCloudId({ behaviour, cloudIds: { billing, plain } }: ModelRequest): Refusal | null {
  const needed = { optional: 'none', required: billing || plain, 'billing-required': billing }[behaviour['cloud-id']];
  if (needed === '') return invalidRequest('Cloud ID is required');
  const bad = [billing, plain].find((id) => id.startsWith('bad'));
  return bad === undefined ? null : invalidRequest(`Invalid cloud ID ${bad}`);
}

function checkEnvelope({ wire, behaviour, model, bodyBytes }: ModelRequest): Refusal | null {
  if (behaviour['overflow-bytes'] > 0 && bodyBytes > behaviour['overflow-bytes']) {
    return overflowRefusal(wire.name, behaviour);
  }
  if (model === '') return invalidRequest('platform_attributes.model: Field required', 'model');
  if (behaviour['unknown-model'] !== 'accept' && !isKnownModel(model, wire.serves)) {
    const isForeign = wire.name.startsWith('openai') && isKnownModel(model, /./);
    return {
      status: Number(behaviour['unknown-model']),
      message: isForeign ? `${model} not available for the OpenAI vendor.` : `Model Id [${model}] not found`,
      parameter: 'model',
      code: 'model_not_found',
    };
  }
  if (!matchesAnyPattern(model, behaviour['denied-models'])) return null;
  return {
    status: 403,
    message: `You are not entitled to use model ${model}`,
    code: 'model_not_entitled',
    family: 'message',
  };
}

function refuse(refusal: Refusal, asked: ModelRequest, retryAfter: number): ErrorReply {
  return encode(refusal, asked, refusal.family ?? asked.wire.errorFamily, retryAfter);
}

function refuseExceeded(exceeded: Exceeded, asked: ModelRequest): ErrorReply {
  const { message, family } = {
    concurrency: { message: 'Too many concurrent requests for this user', family: 'concurrency' as const },
    quota: { message: 'You have used up your credits for today', family: 'balance' as const },
    month: { message: 'You have used up your credits', family: 'usage-resets' as const },
  }[exceeded.kind];
  return encode({ status: 429, message }, asked, family, exceeded.kind === 'month' ? 0 : exceeded.retryAfter);
}

function encode(refusal: Refusal, asked: ModelRequest, family: ErrorFamily | null, retryAfter: number): ErrorReply {
  const balance = asked.accounts.balance(asked.account, asked.behaviour);
  const { now, path } = asked;
  const { entitlement } = asked.behaviour;
  return encodeError(refusal, asked.behaviour, family, { retryAfter, balance, now, path, entitlement });
}
