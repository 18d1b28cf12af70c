/**
 * Servers that all test files of one run share. Vitest's main thread starts each when the first file asks for it, and
 * ends it with the run.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where test files ask for them: an origin. */
    readonly sharedServices: string;
  }
}

/** @returns the clean-up */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const databases = shareDatabases();
  const server = createServer((request, response) => {
    const answer =
      request.url === '/postgres' ? databases.create() : Promise.reject(new Error('There is no such service.'));
    answer.then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port could be had.');
  project.provide('sharedServices', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await databases.close();
  };
}

function shareDatabases() {
  let server: Promise<PostgresServer> | undefined;
  let count = 0;
  return {
    async create(): Promise<string> {
      server ??= startPostgresServer();
      count += 1;
      const name = `test_${count}`;
      return (await server).createDatabase(name);
    },
    async close() {
      await (await server)?.close();
    },
  };
}
