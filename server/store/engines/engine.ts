import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import type { PackedRecords } from '../../ledger/packed-record.ts';
import type { StoredRow, Tables } from '../tables.ts';

/** A database engine as used by the tables and migrations. Everything that differs between engines is defined here. */
export interface Engine {
  readonly db: Kysely<Tables>;
  readonly schema: SchemaFeatures;
  /** The operator for case-insensitive pattern matching. */
  readonly likeIgnoringCase: 'like' | 'ilike';
  /**
   * Inserts records and adds them to their roll-ups in one transaction. This happens for every request, so each engine
   * has its own optimized implementation.
   *
   * @param minutesFrom older records get no roll-up by minute; milliseconds since the epoch
   * @throws StoreFailure `constraint` for records that cannot be stored
   */
  appendUsage(records: PackedRecords, minutesFrom: number): Promise<void>;
  /** Inserts many rows with the same columns, in the engine's fastest way. */
  insertRows(db: Kysely<Tables>, table: keyof Tables, rows: readonly StoredRow[]): Promise<void>;
  /**
   * Copies the committed data into a file beside the database and replaces the previous copy. Must be called while the
   * schema is locked.
   *
   * @returns its path; undefined if the engine's files are not managed by the gateway
   * @throws StoreFailure if there is not enough space
   */
  copyBeforeUpgrade(): Promise<string | undefined>;
  /** Does a bounded part of the maintenance that deletions require. @returns false if nothing is left to do */
  maintainSome(): Promise<boolean>;
  /** Calls back soon after another program changes data. @returns a function that stops it */
  watchChanges(callback: () => void): () => void;
  /**
   * Checks for changes now. When it resolves, the watchers have been called for everything committed before the call.
   */
  checkForChanges(): Promise<void>;
  /**
   * Checks that new writes will survive a restart, as far as the engine's files show.
   *
   * @throws StoreFailure
   */
  requireSameFiles(): Promise<void>;
  /**
   * Reads all data to check its integrity, if the engine's files are managed by the gateway.
   *
   * @throws StoreFailure `corrupt` at the first error, `closed` if the signal was aborted
   */
  verify(signal: AbortSignal): Promise<void>;
  /** Finishes pending work, then closes. */
  close(): Promise<void>;
}

/** Schema features that Kysely's schema builder does not cover for every engine. */
export interface SchemaFeatures {
  /** Makes an integer column an auto-incremented primary key. */
  numberedKey(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Stores a table's rows in the order of its primary key, if the engine supports it. */
  clusteredByKey<Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ): CreateTableBuilder<Table, Column>;
  /** Reserves space for updates of a table's rows, if that helps the engine. */
  changedOften<Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ): CreateTableBuilder<Table, Column>;
  /** Blocks schema changes by other programs until the end of this transaction. */
  lock(transaction: Kysely<Tables>): Promise<void>;
  /** Runs after migrations have changed the schema. */
  complete(transaction: Kysely<Tables>): Promise<void>;
  /** Runs after rows were imported with their original primary keys. */
  completeImport(transaction: Kysely<Tables>): Promise<void>;
}
