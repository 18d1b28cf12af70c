import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Vite puts a digest into the names below `assets/`: they never change. */
const year = 31_536_000;

/**
 * Serves the built console to be registered under `/admin`: files as they are, every other path its index page, which
 * routes by itself.
 *
 * @param folder where `npm run build` puts the console; absolute
 */
export async function hostConsole(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/*', (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send('The console is not built: run "npm run build".\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    // One route below takes every path, where the plugin would make two of each file.
    serve: false,
    dotfiles: 'ignore',
    cacheControl: false,
    preCompressed: true,
    setHeaders(reply, path) {
      const immutable = path.includes(`${join(folder, 'assets')}`);
      reply.header('cache-control', immutable ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });
  // A missing file must not look like a page to a browser that asked for a script.
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send('Not found\n'));
  const sendIndex = (_request: unknown, reply: { sendFile(name: string): unknown }) => reply.sendFile('index.html');
  app.get('/', sendIndex);
  app.get('/*', (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return reply.sendFile(/\.[a-z0-9]+$/i.test(path) ? path.slice(app.prefix.length) : 'index.html');
  });
}
