import {
  type CompiledQuery,
  type DatabaseConnection,
  type DataTypeNode,
  DeleteQueryNode,
  type Dialect,
  type Driver,
  InsertQueryNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SelectQueryNode,
  type TransactionSettings,
  UpdateQueryNode,
} from 'kysely';
import { createLock, type Lock } from '../lock.ts';
import type { PostgresAnswer, PostgresPool, PostgresSession } from './pool.ts';

/**
 * Kysely's PostgreSQL dialect on top of our pool. Errors are StoreFailures. Writes of one gateway are serialized in
 * call order, as with every engine.
 */
export function createPostgresDialect(pool: PostgresPool): Dialect {
  const lock = createLock();
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(pool, lock),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new CharacterOrderCompiler(),
  };
}

/** Text columns hold ids and names, which must be compared bytewise. The database's default collation may differ. */
class CharacterOrderCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text' && this.parentNode?.kind === 'ColumnDefinitionNode') this.append(' collate "C"');
  }
}

function createDriver(pool: PostgresPool, lock: Lock): Driver {
  const of = (connection: DatabaseConnection): PostgresConnection => {
    if (connection instanceof PostgresConnection) return connection;
    throw new Error('Not a connection of this driver.');
  };
  return {
    async init() {},
    acquireConnection: async () => new PostgresConnection(pool, lock),
    beginTransaction: (connection, settings) => of(connection).begin(settings),
    commitTransaction: (connection) => of(connection).commit(),
    rollbackTransaction: (connection) => of(connection).rollback(),
    async releaseConnection() {},
    destroy: () => pool.close(),
  };
}

/** A transaction with its session and the write lock. */
interface Transaction {
  readonly session: PostgresSession;
  readonly end: () => void;
}

/** Acquires a session only when needed: a task that waits for the write lock holds none. */
class PostgresConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  readonly #lock: Lock;
  #transaction: Transaction | undefined;

  constructor(pool: PostgresPool, lock: Lock) {
    this.#pool = pool;
    this.#lock = lock;
  }

  /** Read-only transactions do not need the write lock. */
  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const modes = [isolationLevel === undefined ? '' : `isolation level ${isolationLevel}`, accessMode ?? ''];
    const pass = accessMode === 'read only' ? () => undefined : await this.#lock();
    let session: PostgresSession | undefined;
    const end = () => {
      session?.release();
      pass();
    };
    try {
      session = await this.#pool.acquire();
      await session.begin(modes.filter((mode) => mode !== '').join(', '));
    } catch (error) {
      end();
      throw error;
    }
    this.#transaction = { session, end };
  }

  /** If it fails, the transaction must still be rolled back. */
  async commit(): Promise<void> {
    await this.#transaction?.session.commit();
    this.#end();
  }

  /** Also cleans up a transaction that was lost with its connection. */
  async rollback(): Promise<void> {
    try {
      await this.#transaction?.session.rollback();
    } finally {
      this.#end();
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.#answer(query);
    // Kysely derived the row type from the query; it cannot be checked at run time.
    return { rows: rows as readonly unknown[] as Row[], numAffectedRows: BigInt(rowCount) };
  }

  streamQuery(): never {
    throw new Error('Streaming is not supported. Read pages instead.');
  }

  async #answer(query: CompiledQuery): Promise<PostgresAnswer> {
    const ask = (session: PostgresSession) =>
      session.query(query.sql, query.parameters, { isBounded: isBounded(query.query) });
    if (this.#transaction !== undefined) return ask(this.#transaction.session);
    if (SelectQueryNode.is(query.query)) return this.#pool.withSession(ask);
    const pass = await this.#lock();
    try {
      return await this.#pool.withSession(ask);
    } finally {
      pass();
    }
  }

  #end(): void {
    this.#transaction?.end();
    this.#transaction = undefined;
  }
}

/** Schema changes, and waiting for the lock to make them, may take long. */
function isBounded(query: CompiledQuery['query']): boolean {
  return [SelectQueryNode, InsertQueryNode, UpdateQueryNode, DeleteQueryNode].some((node) => node.is(query));
}
