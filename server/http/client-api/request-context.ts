import type { FastifyReply } from 'fastify';
import type { RecalledAnswers } from '../../conversation/kept-answer.ts';
import type { AnswerEndpoint, CountEndpoint, RequestContext } from '../../dialects/dialect.ts';
import { noRoom } from './body-budget.ts';
import type { Caller, ClientApiServices } from './client-api.ts';

const nothing: RecalledAnswers = new Map();

/**
 * What reading a request takes beside its body: the kept answers that it refers to. They count as its body does until the
 * reply is over.
 *
 * @returns a promise where something has to be looked up
 * @throws Failure when there is no room for them now
 */
export function createRequestContext(
  endpoint: AnswerEndpoint | CountEndpoint,
  body: Uint8Array,
  { keyId }: Pick<Caller, 'keyId'>,
  services: Pick<ClientApiServices, 'memory' | 'vault' | 'bodyBudget'>,
  reply: FastifyReply,
): RequestContext | Promise<RequestContext> {
  const { memory, vault, bodyBudget } = services;
  const names = endpoint.readReferences?.(body) ?? [];
  if (names.length === 0 || keyId === null) return { recalled: nothing, vault };
  return memory.recall(keyId, names).then((recalled) => {
    const share = bodyBudget.open(keyId);
    reply.raw.once('close', () => share.release());
    const texts = new Set(recalled.values());
    for (const { text } of texts) if (!share.grow(text.length)) throw noRoom();
    return { recalled, vault };
  });
}
