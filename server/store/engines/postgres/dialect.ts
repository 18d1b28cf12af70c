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
 * Kysely's PostgreSQL dialect over our pool, whose failures are the store's. One gateway's writes happen in the order in
 * which they were asked for, as on every engine.
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

/** Texts are ids and names, which are compared by their characters: a database's own order may be another one. */
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

/** A transaction that holds one of the pool's sessions, and the turn to write. */
interface Transaction {
  readonly session: PostgresSession;
  readonly end: () => void;
}

/** Borrows a session where one is needed: whoever waits for a turn to write holds none. */
class PostgresConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  readonly #lock: Lock;
  #transaction: Transaction | undefined;

  constructor(pool: PostgresPool, lock: Lock) {
    this.#pool = pool;
    this.#lock = lock;
  }

  /** Who only reads needs no turn to write. */
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

  /** When it fails, the transaction is still to be rolled back. */
  async commit(): Promise<void> {
    await this.#transaction?.session.commit();
    this.#end();
  }

  /** Also of a transaction that was lost with its connection. */
  async rollback(): Promise<void> {
    try {
      await this.#transaction?.session.rollback();
    } finally {
      this.#end();
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.#answer(query);
    // The row's type is what Kysely derived from the query; nothing at run time knows better.
    return { rows: rows as readonly unknown[] as Row[], numAffectedRows: BigInt(rowCount) };
  }

  streamQuery(): never {
    throw new Error('Read pages instead, as every engine can.');
  }

  async #answer(query: CompiledQuery): Promise<PostgresAnswer> {
    const ask = (session: PostgresSession) =>
      session.query(query.sql, query.parameters, { isBounded: isBounded(query.query) });
    if (this.#transaction !== undefined) return ask(this.#transaction.session);
    if (SelectQueryNode.is(query.query)) return this.#pool.run(ask);
    const pass = await this.#lock();
    try {
      return await this.#pool.run(ask);
    } finally {
      pass();
    }
  }

  #end(): void {
    this.#transaction?.end();
    this.#transaction = undefined;
  }
}

/** Changes of the schema, and waits for the right to make them, take their time. */
function isBounded(query: CompiledQuery['query']): boolean {
  return [SelectQueryNode, InsertQueryNode, UpdateQueryNode, DeleteQueryNode].some((node) => node.is(query));
}
