import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { knownCodings, readCodings } from '../../lib/content-coding.ts';
import type { BodyBudget } from './body-budget.ts';
import { readBody, requireKnownCodings } from './read-body.ts';

/** Owner of bodies that come without a key: the admin in the playground. */
const noKey = 'none';

/**
 * Reads bodies as decompressed bytes, whatever content type the client declares: curl without `-H` declares form data.
 */
export function acceptAnyBody(scope: FastifyInstance, budget: BodyBudget): void {
  const replies = new WeakMap<FastifyRequest, FastifyReply>();
  scope.removeAllContentTypeParsers();
  // Fastify itself rejects malformed content types.
  scope.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    done();
  });
  scope.addHook('preParsing', async (request, reply) => {
    replies.set(request, reply);
    const coding = request.headers['content-encoding'];
    if (coding === undefined) return;
    // RFC 9110, section 15.5.16.
    reply.header('accept-encoding', knownCodings.join(', '));
    requireKnownCodings(readCodings(coding));
    reply.removeHeader('accept-encoding');
  });
  scope.addContentTypeParser('*', (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const { 'content-length': length, 'content-encoding': coding } = request.headers;
    const share = budget.open(request.caller?.keyId ?? noKey);
    // Release the memory only when the answer is complete, because the body may be sent again with another credential.
    replies.get(request)?.raw.once('close', () => share.release());
    return readBody(payload, {
      limit: request.routeOptions.bodyLimit,
      declaredLength: length === undefined ? undefined : Number(length),
      codings: readCodings(coding),
      share,
    });
  });
}
