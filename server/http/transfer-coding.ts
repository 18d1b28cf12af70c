import type { FastifyInstance } from 'fastify';

/**
 * Rejects bodies with a transfer coding other than `chunked` (RFC 9112, section 6.1). Node would pass the coded bytes on as
 * if they were plain, while a proxy in front may decode them.
 */
export function refuseTransferCodings(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const coding = request.headers['transfer-encoding'];
    if (coding === undefined || coding.toLowerCase() === 'chunked') return done();
    const message = 'The only supported transfer-encoding is chunked. To compress a body, use content-encoding.';
    reply
      .code(501)
      .header('connection', 'close')
      .send({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  });
}
