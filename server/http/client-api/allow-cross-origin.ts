import type { FastifyInstance } from 'fastify';
import { exposedHeaders } from './headers.ts';

const day = '86400';

const answerHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposedHeaders.join(', '),
};

const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-max-age': day,
};

/**
 * Allows browser clients from any origin. The API uses no cookies, so a page can do no more than its key allows. Only
 * requests with an `Origin` get the headers. Preflights carry no key and are answered before any other hook.
 */
export function allowCrossOrigin(scope: FastifyInstance): void {
  scope.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin === undefined) return done();
    if (request.method !== 'OPTIONS') {
      reply.headers(answerHeaders);
      return done();
    }
    const asked = request.headers['access-control-request-headers'];
    reply
      .code(204)
      .headers({ ...preflightHeaders, vary: 'access-control-request-headers' })
      .headers(asked === undefined ? {} : { 'access-control-allow-headers': asked })
      .send();
  });
  scope.options('/*', (_request, reply) => reply.code(204).send());
}
