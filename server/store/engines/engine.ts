import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import type { PackedRecords } from '../../ledger/packed-record.ts';
import type { StoredRow, Tables } from '../tables.ts';

/** A database engine as the tables and migrations use it: what differs between engines is named here. */
export interface Engine {
  readonly db: Kysely<Tables>;
  readonly schema: SchemaFeatures;
  /** The operator that matches a pattern whatever the letters' case. */
  readonly likeIgnoringCase: 'like' | 'ilike';
  /**
   * Inserts records and adds them to their roll-ups, all or none: every request does it, so each engine has its own way.
   *
   * @param minutesFrom records older than it get no roll-up by the minute; milliseconds since the epoch
   * @throws StoreFailure `constraint` for what cannot be stored
   */
  appendUsage(records: PackedRecords, minutesFrom: number): Promise<void>;
  /** Inserts rows, which all have the same columns: many at once, in each engine's quickest way. */
  insertRows(db: Kysely<Tables>, table: keyof Tables, rows: readonly StoredRow[]): Promise<void>;
  /**
   * Copies what is committed into a file beside the database, in the place of the copy before. To be called while the schema
   * is locked.
   *
   * @returns its path; undefined where the engine's files are not the gateway's own
   * @throws StoreFailure when there is no room for it
   */
  copyBeforeUpgrade(): Promise<string | undefined>;
  /** A bounded part of the upkeep that the engine needs after deletions. @returns false when nothing is left to do */
  maintainSome(): Promise<boolean>;
  /** Calls back soon after another program changed what is kept. @returns a function that ends it */
  watchChanges(callback: () => void): () => void;
  /** Looks now: what other programs committed before the call, the watchers have been told when it resolves. */
  lookForChanges(): Promise<void>;
  /**
   * Makes sure that what is written now will be there after a restart, as far as that shows in the engine's files.
   *
   * @throws StoreFailure
   */
  requireSameFiles(): Promise<void>;
  /**
   * Reads through all that is kept, where the engine's files are the gateway's own.
   *
   * @throws StoreFailure `corrupt` for the first thing that is broken, `closed` when the signal gave it up
   */
  verify(signal: AbortSignal): Promise<void>;
  /** Ends what is under way, then closes. */
  close(): Promise<void>;
}

/** What migrations need beyond what Kysely's schema builder says alike for every engine. */
export interface SchemaFeatures {
  /** Makes an integer column a primary key that the engine numbers by itself. */
  numberedKey(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Keeps a table's rows in the order of its primary key, where the engine can. */
  clusteredByKey<Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ): CreateTableBuilder<Table, Column>;
  /** Leaves room beside a table's rows, which are changed again and again, where that helps the engine. */
  changedOften<Table extends string, Column extends string>(
    table: CreateTableBuilder<Table, Column>,
  ): CreateTableBuilder<Table, Column>;
  /** Makes other programs that want to change the schema wait for the end of this transaction. */
  lock(transaction: Kysely<Tables>): Promise<void>;
  /** What an engine adds of its own, after migrations have changed the schema. */
  complete(transaction: Kysely<Tables>): Promise<void>;
  /** What an engine does once all rows were inserted as they were elsewhere, those of numbered keys with their numbers. */
  completeImport(transaction: Kysely<Tables>): Promise<void>;
}
