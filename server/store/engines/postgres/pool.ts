import { type ClientConfig, Pool, type PoolClient, type QueryConfig } from 'pg';
import { closedFailure, interruptedFailure, isConnectionLost, toStoreFailure } from './failure.ts';
import { toStoredText } from './text.ts';

/** A bounded pool of connections that replaces broken ones. All methods throw StoreFailure. */
export interface PostgresPool {
  /** Waits for a free connection, up to a timeout. */
  acquire(): Promise<PostgresSession>;
  /** Runs `work` with a session and releases the session afterwards. */
  withSession<Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result>;
  /** Runs `work` in a transaction: commits when it resolves, rolls back when it throws. */
  transact<Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A borrowed connection. Must be released exactly once. */
export interface PostgresSession {
  query(text: string, values: readonly unknown[], options?: QueryOptions): Promise<PostgresAnswer>;
  /** @param modes `isolation level …`, `read only` */
  begin(modes?: string): Promise<void>;
  /** @throws StoreFailure `interrupted` also if a failed statement has already ended the transaction */
  commit(): Promise<void>;
  /** Also cleans up a transaction that was lost with its connection. */
  rollback(): Promise<void>;
  release(): void;
}

export interface QueryOptions {
  /** Prepares the statement under this name and keeps it. */
  readonly name?: string;
  /** False for statements without a timeout. */
  readonly isBounded?: boolean;
}

export interface PostgresAnswer {
  readonly command: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number;
}

export interface PoolOptions {
  readonly client: ClientConfig;
  /** Maximum number of connections. */
  readonly size: number;
  /** Timeout for the server's response; milliseconds. */
  readonly queryTimeout: number;
}

/** Milliseconds. */
const idleTimeout = 60_000;

export function createPostgresPool({ client, size, queryTimeout }: PoolOptions): PostgresPool {
  const pool = new Pool({ ...client, max: size, idleTimeoutMillis: idleTimeout });
  // An idle connection broke. The pool has already removed it.
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;

  const acquire = async (): Promise<PostgresSession> => {
    if (closing !== undefined) throw closedFailure();
    try {
      return new Session(await pool.connect(), queryTimeout);
    } catch (error) {
      throw toStoreFailure(error);
    }
  };
  const withSession = async <Result>(work: (session: PostgresSession) => Promise<Result>): Promise<Result> => {
    const session = await acquire();
    try {
      return await work(session);
    } finally {
      session.release();
    }
  };
  return {
    acquire,
    withSession,
    transact: (work) =>
      withSession(async (session) => {
        await session.begin();
        try {
          const result = await work(session);
          await session.commit();
          return result;
        } catch (error) {
          await session.rollback();
          throw error;
        }
      }),
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

class Session implements PostgresSession {
  readonly #client: PoolClient;
  readonly #queryTimeout: number;
  #lost: Error | undefined;

  constructor(client: PoolClient, queryTimeout: number) {
    this.#client = client;
    this.#queryTimeout = queryTimeout;
    client.on('error', this.#onError);
  }

  async begin(modes = ''): Promise<void> {
    await this.query(`begin ${modes}`, []);
  }

  async commit(): Promise<void> {
    const { command } = await this.query('commit', []);
    if (command !== 'COMMIT') throw interruptedFailure('an earlier statement of the transaction had failed');
  }

  async rollback(): Promise<void> {
    if (this.#lost !== undefined) return;
    // If the rollback fails, close the connection, which ends the transaction.
    await this.query('rollback', []).catch((error: unknown) => {
      this.#lost ??= new Error('The transaction could not be rolled back.', { cause: error });
    });
  }

  async query(text: string, values: readonly unknown[], options: QueryOptions = {}): Promise<PostgresAnswer> {
    const { name, isBounded = true } = options;
    if (this.#lost !== undefined) throw interruptedFailure(this.#lost);
    const query: QueryConfig & { query_timeout?: number } = {
      text,
      values: values.map((value) => (typeof value === 'string' ? toStoredText(value) : value)),
    };
    if (name !== undefined) query.name = name;
    if (isBounded) query.query_timeout = this.#queryTimeout;
    try {
      const { command, rows, rowCount } = await this.#client.query(query);
      return { command, rows, rowCount: rowCount ?? 0 };
    } catch (error) {
      if (!isConnectionLost(error)) throw toStoreFailure(error);
      this.#lost ??= error instanceof Error ? error : new Error(String(error));
      throw interruptedFailure(error);
    }
  }

  release(): void {
    this.#client.off('error', this.#onError);
    this.#client.release(this.#lost);
  }

  readonly #onError = (error: Error): void => {
    this.#lost ??= error;
  };
}
