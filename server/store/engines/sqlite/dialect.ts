import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { createLock, type Lock } from '../lock.ts';
import type { SqliteClient, SqliteTransaction } from './client.ts';
import type { QueryAnswer, SqlValue } from './protocol.ts';

export interface SqliteDialect extends Dialect {
  /** Appends to the ledger. @throws StoreFailure; then nothing was written */
  appendUsage: SqliteClient['appendUsage'];
  /** Returns some free pages to the file system. @returns false if none are left */
  reclaimSome(): Promise<boolean>;
}

/** Kysely's SQLite dialect on the worker thread. Kysely's own driver needs a database in this thread. */
export function createSqliteDialect(client: SqliteClient): SqliteDialect {
  const locks = { reader: createLock(), writer: createLock() };
  const alone = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    const release = await locks.writer();
    try {
      return await task();
    } finally {
      release();
    }
  };
  return {
    createAdapter: () => new ConcurrentSqliteAdapter(),
    createDriver: () => createDriver(client, locks),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    appendUsage: (records, minutesFrom) => alone(() => client.appendUsage(records, minutesFrom)),
    reclaimSome: () => alone(async () => (await client.reclaim()) > 0),
  };
}

/** Kysely's adapter serializes all queries. Here, only writes are serialized. */
class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** Held by the task that uses the writer, or that has a transaction on the reader. */
type Locks = Readonly<Record<'reader' | 'writer', Lock>>;

function createDriver(client: SqliteClient, locks: Locks): Driver {
  const of = (connection: DatabaseConnection): SqliteConnection => {
    if (connection instanceof SqliteConnection) return connection;
    throw new Error('Not a connection of this driver.');
  };
  return {
    async init() {},
    acquireConnection: async () => new SqliteConnection(client, locks),
    beginTransaction: (connection, { accessMode }) =>
      of(connection).begin(accessMode === 'read only' ? 'reader' : 'writer'),
    commitTransaction: (connection) => of(connection).commit(),
    rollbackTransaction: (connection) => of(connection).rollback(),
    async releaseConnection() {},
    destroy: () => client.close(),
  };
}

/**
 * Reads run on the reader immediately. A write, or a whole transaction, holds the writer exclusively. During a
 * read-only transaction, all reads on this engine see its snapshot.
 */
class SqliteConnection implements DatabaseConnection {
  readonly #client: SqliteClient;
  readonly #locks: Locks;
  #transaction: SqliteTransaction | undefined;
  #release: (() => void) | undefined;

  constructor(client: SqliteClient, locks: Locks) {
    this.#client = client;
    this.#locks = locks;
  }

  async begin(connection: 'reader' | 'writer'): Promise<void> {
    const release = await this.#locks[connection]();
    try {
      this.#transaction = await this.#client.begin(connection);
    } catch (error) {
      release();
      throw error;
    }
    this.#release = release;
  }

  /** If it fails, the transaction must still be rolled back. */
  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#releaseConnection();
  }

  async rollback(): Promise<void> {
    try {
      await this.#transaction?.rollback();
    } finally {
      this.#releaseConnection();
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const parameters = query.parameters.map(toSqlValue);
    if (this.#transaction !== undefined) return toResult(await this.#transaction.query(query.sql, parameters));
    if (SelectQueryNode.is(query.query)) return toResult(await this.#client.query('reader', query.sql, parameters));
    const release = await this.#locks.writer();
    try {
      return toResult(await this.#client.query('writer', query.sql, parameters));
    } finally {
      release();
    }
  }

  streamQuery(): never {
    throw new Error('Streaming is not supported. Read pages instead.');
  }

  #releaseConnection(): void {
    this.#transaction = undefined;
    this.#release?.();
    this.#release = undefined;
  }
}

function toSqlValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value === null)
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite has no type for a parameter of type ${typeof value}.`);
}

function toResult<Row>({ rows, changes }: QueryAnswer): QueryResult<Row> {
  // Kysely derived the row type from the query; it cannot be checked at run time.
  return { rows: rows as readonly unknown[] as Row[], numAffectedRows: BigInt(changes) };
}
