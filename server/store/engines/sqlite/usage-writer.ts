import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type RollUpCell, type RollUpEntry, rollUp } from '../../../ledger/roll-up.ts';
import type { UsageRecord } from '../../../ledger/usage-record.ts';
import {
  addToCell,
  cellColumns,
  type RollUpTable,
  requestColumns,
  rollUpTable,
  sumColumns,
  toCellRow,
  traceColumns,
} from '../../usage-columns.ts';
import { dimensionRefs, registerModels, toRequestRow } from '../../usage-records.ts';
import { createNameRegister } from './name-register.ts';

/** Writes the ledger in the database thread, with prepared statements. */
export interface UsageWriter {
  /**
   * Inserts the records and adds them to their roll-ups, in one transaction.
   *
   * @param minutesFrom older records get no roll-up by minute; milliseconds since the epoch
   * @throws SQLite's error; then nothing was written
   */
  append(records: readonly UsageRecord[], minutesFrom: number): void;
}

/** @param database must have the ledger's tables */
export function createUsageWriter(database: DatabaseSync): UsageWriter {
  const names = createNameRegister(database);
  const columns = [...requestColumns, ...traceColumns];
  const insertRequest = prepareInsert(database, 'usage_requests', columns);
  const insertContent = prepareInsert(database, 'usage_contents', ['id', 'started_at', 'request', 'response']);
  const additions = {
    usage_roll_ups: prepareAddition(database, 'usage_roll_ups'),
    usage_day_details: prepareAddition(database, 'usage_day_details'),
  };

  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const insert = (record: UsageRecord): RollUpEntry => {
    const row = toRequestRow(record, names);
    insertRequest.run(...columns.map((column) => row[column]));
    const { id, startedAt, content } = record;
    if (content !== null) insertContent.run(id, startedAt, content.request, content.response);
    return { record, refs: dimensionRefs(row, names) };
  };
  const add = (cell: RollUpCell) => {
    additions[rollUpTable(cell.grain, cell.shape)].run(...toCellRow(cell));
  };

  return {
    append(records, minutesFrom) {
      begin.run();
      try {
        registerModels(records, names);
        // In order, because the labels of the last record win.
        for (const cell of rollUp(records.map(insert), minutesFrom)) add(cell);
        commit.run();
      } catch (error) {
        names.forget();
        // When the disk is full, SQLite has already rolled back the transaction.
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    },
  };
}

function prepareInsert(database: DatabaseSync, table: string, columns: readonly string[]): StatementSync {
  const values = columns.map(() => '?');
  return database.prepare(`insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})`);
}

/** Inserts a cell, or adds it to the stored one. */
function prepareAddition(database: DatabaseSync, table: RollUpTable): StatementSync {
  const columns = [...cellColumns, ...sumColumns];
  const values = columns.map(() => '?');
  return database.prepare(
    `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')}) ${addToCell(table)}`,
  );
}
