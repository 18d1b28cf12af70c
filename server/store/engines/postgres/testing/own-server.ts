import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type PostgresServer, startPostgresServer } from '../../../../../test/support/postgres-server.ts';
import { hasPostgres } from '../../../../../test/support/shared-services.ts';
import { migrate } from '../../../migrate.ts';
import { migrations } from '../../../migrations/index.ts';
import type { StoreFailure } from '../../../store-failure.ts';
import type { Engine } from '../../engine.ts';
import { openPostgres, type PostgresOptions } from '../open-postgres.ts';

/** An engine and the problems that it reported. */
export interface TestEngine {
  readonly engine: Engine;
  readonly db: Engine['db'];
  readonly troubles: readonly StoreFailure[];
}

export interface OwnServer {
  server(): PostgresServer;
  /** A database for the current test. */
  url(): string;
  /** Opens the database and closes it after the test. */
  open(options?: Partial<PostgresOptions>): Promise<TestEngine>;
}

/** A server that tests can stop. Call once at the top of a test file. */
export function provideOwnServer(settings: readonly string[] = []): OwnServer {
  let server: PostgresServer | undefined;
  let url = '';
  let count = 0;
  const engines: Engine[] = [];
  const own = () => {
    if (server === undefined) throw new Error('The server was not started.');
    return server;
  };
  beforeAll(async () => {
    if (!hasPostgres) return;
    server = await startPostgresServer({ isDurable: true, settings });
  });
  beforeEach(async () => {
    // A failed test may have left it stopped.
    if (server !== undefined && server.pid === undefined) await server.start();
  });
  afterAll(() => server?.close());
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
    url = '';
  });
  return {
    server: own,
    url: () => url,
    async open(options) {
      if (url === '') {
        count += 1;
        url = await own().createDatabase(`own_${count}`);
      }
      const troubles: StoreFailure[] = [];
      const engine = await openPostgres({ url, onTrouble: (failure) => troubles.push(failure), ...options });
      engines.push(engine);
      await migrate(engine, migrations, 0);
      return { engine, db: engine.db, troubles };
    },
  };
}
