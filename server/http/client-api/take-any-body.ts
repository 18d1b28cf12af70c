import type { FastifyInstance } from 'fastify';

/** Bodies arrive as bytes, whatever a client says they are: curl without `-H` says form data. */
export function takeAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
