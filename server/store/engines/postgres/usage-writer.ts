import { type PackedRecords, unpackRecords } from '../../../ledger/packed-record.ts';
import { type RollUpCell, type RollUpEntry, rollUp } from '../../../ledger/roll-up.ts';
import type { UsageRecord } from '../../../ledger/usage-record.ts';
import type { UsageRequestRow } from '../../tables.ts';
import {
  addToCell,
  cellColumns,
  type RollUpTable,
  requestColumns,
  rollUpKeys,
  rollUpTable,
  sumColumns,
  toCellRow,
  traceColumns,
} from '../../usage-columns.ts';
import type { NameRegister } from '../../usage-names.ts';
import { dimensionRefs, registerModels, toRequestRow } from '../../usage-records.ts';
import { NameCache } from './name-cache.ts';
import type { PostgresPool, PostgresSession } from './pool.ts';
import { createRowInserter, type RowInserter } from './row-inserter.ts';
import { toStoredRecords } from './text.ts';

/** Writes the ledger with one statement per table, whatever the number of records. */
export interface UsageWriter {
  /**
   * Inserts the records and adds them to their roll-ups, in one transaction.
   *
   * @param minutesFrom older records get no roll-up by minute; milliseconds since the epoch
   * @throws StoreFailure; then nothing was written
   */
  append(records: PackedRecords, minutesFrom: number): Promise<void>;
}

const rowColumns = [...requestColumns, ...traceColumns];

export function createUsageWriter(pool: PostgresPool): UsageWriter {
  const names = new NameCache();
  const requests = createRowInserter('usage_requests', rowColumns);
  const contents = createRowInserter('usage_contents', ['id', 'started_at', 'request', 'response']);
  const cells: Readonly<Record<RollUpTable, RowInserter>> = {
    usage_roll_ups: createCellAdder('usage_roll_ups'),
    usage_day_details: createCellAdder('usage_day_details'),
  };

  const insertRecords = async (session: PostgresSession, records: readonly UsageRecord[]): Promise<RollUpEntry[]> => {
    const rows = await names.number(session, (register) => toRows(records, register));
    await requests.insert(
      session,
      rows.map(({ row }) => rowColumns.map((column) => row[column])),
    );
    await contents.insert(
      session,
      records.flatMap(({ id, startedAt, content }) =>
        content === null ? [] : [[id, startedAt, content.request, content.response]],
      ),
    );
    return rows;
  };
  const addCells = async (session: PostgresSession, added: readonly RollUpCell[]): Promise<void> => {
    for (const table of ['usage_roll_ups', 'usage_day_details'] as const) {
      const ofTable = added.filter(({ grain, shape }) => rollUpTable(grain, shape) === table);
      await cells[table].insert(session, ofTable.map(toCellRow));
    }
  };
  return {
    async append(packed, minutesFrom) {
      const records = unpackRecords(toStoredRecords(packed));
      if (records.length === 0) return;
      try {
        await pool.transact(async (session) => {
          const entries = await insertRecords(session, records);
          await addCells(session, rollUp(entries, minutesFrom));
        });
      } catch (error) {
        names.forget();
        throw error;
      }
    },
  };
}

function toRows(records: readonly UsageRecord[], names: NameRegister) {
  registerModels(records, names);
  return records.map((record): RollUpEntry & { readonly row: UsageRequestRow } => {
    const row = toRequestRow(record, names);
    return { record, row, refs: dimensionRefs(row, names) };
  });
}

/**
 * Inserts cells or adds them to existing ones, in the order of their keys. Two gateways that update the same cells can
 * then wait for each other but never deadlock.
 */
function createCellAdder(table: RollUpTable): RowInserter {
  const order = `order by ${rollUpKeys[table].join(', ')}`;
  return createRowInserter(table, [...cellColumns, ...sumColumns], `${order} ${addToCell(table)}`);
}
