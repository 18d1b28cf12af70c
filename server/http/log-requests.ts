import type { FastifyInstance } from 'fastify';

/** Watched so often by machines that they would drown everything else. */
const quietPaths = new Set(['/health', '/ready', '/metrics']);

/** One line a request, when it is over: no query (it may hold what is private), no body, no header. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const level = quietPaths.has(path) || path.startsWith('/admin/') ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        path,
        status: reply.raw.headersSent ? reply.raw.statusCode : 499,
        ms: Math.round(reply.elapsedTime),
        ...(request.caller == null ? {} : { key: request.caller.name }),
      },
      'request',
    );
  });
}
