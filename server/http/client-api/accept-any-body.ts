import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toFailure } from '../../conversation/failure.ts';
import { knownCodings, readCodings } from '../../lib/content-coding.ts';
import { sendContinue } from '../expect-continue.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';
import { readBody, requireKnownCodings } from './read-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** null until the body is read. */
    bodyShare: BodyShare | null;
  }
}

/** Owner of bodies that come without a key: the admin in the playground. */
const noKey = 'none';

/**
 * Reads bodies as decompressed bytes, whatever content type the client declares: curl without `-H` declares form data.
 */
export function acceptAnyBody(scope: FastifyInstance, budget: BodyBudget): void {
  scope.decorateRequest('bodyShare', null);
  scope.removeAllContentTypeParsers();
  // Fastify itself rejects malformed content types.
  scope.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    done();
  });
  scope.addHook('preParsing', (request, reply, _payload, done) => {
    // Until the answer has started, the body may be sent again with another credential. A stream releases it earlier.
    reply.raw.once('close', () => request.bodyShare?.release());
    const coding = request.headers['content-encoding'];
    if (coding === undefined) {
      sendContinue(request, reply);
      return done();
    }
    // RFC 9110, section 15.5.16.
    reply.header('accept-encoding', knownCodings.join(', '));
    try {
      requireKnownCodings(readCodings(coding));
    } catch (error) {
      return done(toFailure(error));
    }
    reply.removeHeader('accept-encoding');
    sendContinue(request, reply);
    done();
  });
  scope.addContentTypeParser('*', (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const { 'content-length': length, 'content-encoding': coding } = request.headers;
    const share = budget.open(request.caller?.keyId ?? noKey);
    request.bodyShare = share;
    return readBody(payload, {
      limit: request.routeOptions.bodyLimit,
      declaredLength: length === undefined ? undefined : Number(length),
      codings: readCodings(coding),
      share,
    });
  });
}
