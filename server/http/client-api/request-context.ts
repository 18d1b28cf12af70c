import { Buffer } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import { estimateInputTokens } from '../../conversation/estimate-input.ts';
import type { KeptAnswer, RecalledAnswers } from '../../conversation/kept-answer.ts';
import type { AnswerContext, AnswerEndpoint, CountEndpoint, RequestContext } from '../../dialects/dialect.ts';
import type { AbridgedBody } from '../../lib/abridged-body.ts';
import { noRoom } from './body-budget.ts';
import type { Caller, ClientApiServices } from './client-api.ts';
import { yieldIfLarge } from './received-body.ts';

const nothing: RecalledAnswers = new Map();

/**
 * Loads the stored answers that a request refers to. They count toward the memory budget, like the body, until the
 * reply is finished.
 *
 * @returns a promise if something has to be looked up or parsing took long
 * @throws Failure if there is not enough memory for them
 */
export function createRequestContext(
  endpoint: AnswerEndpoint | CountEndpoint,
  { bytes }: AbridgedBody,
  { keyId }: Pick<Caller, 'keyId'>,
  services: Pick<ClientApiServices, 'memory' | 'vault' | 'bodyBudget'>,
  reply: Pick<FastifyReply, 'raw'>,
): RequestContext | Promise<RequestContext> {
  const { memory, vault, bodyBudget } = services;
  const names = endpoint.readReferences?.(bytes) ?? [];
  if (names.length === 0 || keyId === null) {
    const context = { recalled: nothing, vault };
    const turn = endpoint.readReferences && yieldIfLarge(bytes);
    return turn === undefined ? context : turn.then(() => context);
  }
  return memory.recall(keyId, names).then((recalled) => {
    const share = bodyBudget.open(keyId);
    // The client may have left in the meantime. Then the event does not come again.
    if (reply.raw.destroyed) share.release();
    else reply.raw.once('close', () => share.release());
    const texts = new Set(recalled.values());
    for (const { text } of texts) if (!share.grow(text.length)) throw noRoom();
    return { recalled, vault };
  });
}

/** A rough estimate of the tokens in recalled answers. */
export function guessRecalledTokens({ recalled }: RequestContext): number {
  const texts = new Set(recalled.values());
  return [...texts].reduce((sum, { text }) => sum + estimateInputTokens(Buffer.from(text)), 0);
}

/**
 * Stores answers for the caller, after restoring the texts that were set aside from the request body.
 *
 * @returns undefined if nothing is to be stored
 */
export function createKeeper(
  keyId: string | null,
  body: AbridgedBody,
  { memory }: Pick<ClientApiServices, 'memory'>,
): Pick<AnswerContext, 'keep'> {
  if (keyId === null || !memory.isOn) return {};
  return {
    keep(answer: KeptAnswer) {
      const text = Buffer.concat(body.complete([Buffer.from(answer.text)])).toString('utf8');
      memory.keep(keyId, { ...answer, text });
    },
  };
}
