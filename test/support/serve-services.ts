/**
 * Servers shared by all test files of a run. Vitest's main thread starts each when the first file asks for it, and
 * stops it at the end of the run.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { findProgram } from './find-program.ts';
import { startPostgresServer } from './postgres-server.ts';
import { startRedisServer } from './redis-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Origin at which test files request the servers. */
    readonly sharedServices: string;
    readonly missingServices: readonly string[];
  }
}

/** @returns the clean-up */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const missing = findMissing();
  if (missing.length > 0 && process.env.REQUIRE_SERVICES === '1')
    throw new Error(`Not installed: ${missing.join(', ')}.`);
  const postgres = share(startPostgresServer);
  const redis = share(startRedisServer);
  let databases = 0;
  const answers: Readonly<Record<string, () => Promise<string>>> = {
    async '/postgres'() {
      databases += 1;
      const name = `test_${databases}`;
      return (await postgres.get()).createDatabase(name);
    },
    '/redis': async () => (await redis.get()).url,
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? (() => Promise.reject(new Error('There is no such service.')));
    answer().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port could be had.');
  project.provide('sharedServices', `http://127.0.0.1:${address.port}`);
  project.provide('missingServices', missing);
  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([postgres.close(), redis.close()]);
    if (missing.length > 0) console.log(`SKIPPED: all that is tested with ${missing.join(' and ')}: not installed.`);
  };
}

function findMissing(): string[] {
  return [
    ...(findProgram('initdb') === undefined ? ['PostgreSQL'] : []),
    ...(findProgram('valkey-server', 'redis-server') === undefined ? ['Redis'] : []),
  ];
}

/** A server that is started on first use. */
function share<Server extends { close(): Promise<void> }>(start: () => Promise<Server>) {
  let started: Promise<Server> | undefined;
  return {
    get() {
      started ??= start();
      return started;
    },
    async close() {
      await (await started)?.close();
    },
  };
}
