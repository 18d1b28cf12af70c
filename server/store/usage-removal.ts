import type { Kysely } from 'kysely';
import { dimensions, type Grain, shapesOf } from '../ledger/roll-up.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import type { Engine } from './engines/engine.ts';
import type { Tables } from './tables.ts';
import { grainCodes } from './usage-columns.ts';
import { filterConditions } from './usage-filter.ts';

/** Approximate number of rows that one step deletes, which takes some milliseconds. */
const stepRows = 1000;

/** The part of the usage store that retention needs. */
export function createUsageRemover(engine: Engine): Pick<UsageStore, 'deleteSomeBefore' | 'maintainSome'> {
  const { db } = engine;
  return {
    async deleteSomeBefore(part, time) {
      if (part === 'requests') return deleteOldest(db, 'usage_requests', time);
      if (part === 'contents') return deleteOldest(db, 'usage_contents', time);
      return deleteOldestRollUps(db, part, time);
    },
    maintainSome: engine.maintainSome,
  };
}

async function deleteOldest(db: Kysely<Tables>, table: 'usage_requests' | 'usage_contents', time: number) {
  const oldest = db.selectFrom(table).select('started_at').orderBy('started_at');
  const end = await oldest.where('started_at', '<', time).offset(stepRows).limit(1).executeTakeFirst();
  // Records of the same millisecond are deleted together.
  const border = end === undefined ? time : end.started_at + 1;
  const result = await db.deleteFrom(table).where('started_at', '<', border).executeTakeFirst();
  return result.numDeletedRows > 0n && end !== undefined;
}

/** Deletes all roll-ups of the oldest start time. Every time has one without dimensions. */
async function deleteOldestRollUps(db: Kysely<Tables>, grain: Grain, time: number): Promise<boolean> {
  const rollUps = db.selectFrom('usage_roll_ups').where('grain', '=', grainCodes[grain]);
  const oldest = await rollUps
    .select('start')
    .where('shape', '=', 0)
    .where('start', '<', time)
    .orderBy('start')
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return false;
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('usage_roll_ups')
      .where('grain', '=', grainCodes[grain])
      .where('shape', 'in', shapesOf[grain])
      .where('start', '=', oldest.start)
      .execute();
    if (grain !== 'day') return;
    const details = transaction.deleteFrom('usage_day_details').where('start', '=', oldest.start);
    const conditions = await filterConditions(transaction, {}, dimensions);
    await conditions.reduce((query, condition) => query.where(condition), details).execute();
  });
  return true;
}
