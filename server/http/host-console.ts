import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { http } from '../lib/node-http.ts';

/** Vite puts a hash into the names below `assets/`, so these files never change. */
const year = 31_536_000;

/**
 * Serves the built console, to be registered under `/admin`. Paths that are not files get the index page, which does
 * its own routing.
 *
 * @param folder absolute path of the output of `npm run build`
 * @param basePath prefix of `/admin` in the browser, if a proxy serves more than this gateway
 */
export async function hostConsole(app: FastifyInstance, folder: string, basePath = ''): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/*', (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send('The console is not built: run "npm run build".\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    // The routes below handle every path. The plugin would register two routes per file.
    serve: false,
    dotfiles: 'ignore',
    cacheControl: false,
    acceptRanges: false,
    preCompressed: true,
    setHeaders(reply, path) {
      const immutable = path.includes(`${join(folder, 'assets')}`);
      reply.header('cache-control', immutable ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });
  // A browser that requests a script must not get an HTML page if the file is missing.
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send('Not found\n'));
  // A refused condition or path (`If-Match`, `//`) is not an API error, so it gets no API error body.
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) throw error;
    return reply
      .code(statusCode)
      .type('text/plain; charset=utf-8')
      .send(`${http.STATUS_CODES[statusCode] ?? 'Refused'}\n`);
  });
  const sendIndex = basePath === '' ? sendIndexFile : createIndexSender(folder, basePath);
  app.get('/', (_request, reply) => sendIndex(reply));
  app.get('/*', (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return /\.[a-z0-9]+$/i.test(path) ? reply.sendFile(path.slice(app.prefix.length)) : sendIndex(reply);
  });
}

function sendIndexFile(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html');
}

/** Sends the index page with the base path added to its URLs. Everything else is loaded relative to it. */
function createIndexSender(folder: string, basePath: string): (reply: FastifyReply) => FastifyReply {
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll('"/admin/', `"${basePath}/admin/`);
  return (reply) => reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
}
