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
export function createUsageRemover(engine: Engine): Pick<UsageStore, 'deleteSome' | 'maintainSome'> {
  const { db } = engine;
  return {
    async deleteSome(part, from, to) {
      if (part === 'requests') return deleteOldest(db, 'usage_requests', { from, to });
      if (part === 'contents') return deleteOldest(db, 'usage_contents', { from, to });
      return deleteOldestRollUps(db, part, { from, to });
    },
    maintainSome: engine.maintainSome,
  };
}

/** From inclusive, to exclusive; milliseconds since the epoch. */
interface TimeRange {
  readonly from: number;
  readonly to: number;
}

async function deleteOldest(
  db: Kysely<Tables>,
  table: 'usage_requests' | 'usage_contents',
  { from, to }: TimeRange,
): Promise<number | undefined> {
  // Without an upper limit: PostgreSQL might read and sort a whole range that it takes for small.
  const end = await db
    .selectFrom(table)
    .select('started_at')
    .where('started_at', '>=', from)
    .orderBy('started_at')
    .offset(stepRows)
    .limit(1)
    .executeTakeFirst();
  // Records of the same millisecond are deleted together.
  const border = Math.min(to, end === undefined ? to : end.started_at + 1);
  await db.deleteFrom(table).where('started_at', '>=', from).where('started_at', '<', border).execute();
  return border < to ? border : undefined;
}

/** Deletes all roll-ups of the oldest start time. Every time has one without dimensions. */
async function deleteOldestRollUps(
  db: Kysely<Tables>,
  grain: Grain,
  { from, to }: TimeRange,
): Promise<number | undefined> {
  const rollUps = db.selectFrom('usage_roll_ups').where('grain', '=', grainCodes[grain]);
  const oldest = await rollUps
    .select('start')
    .where('shape', '=', 0)
    .where('start', '>=', from)
    .where('start', '<', to)
    .orderBy('start')
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return undefined;
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
  return oldest.start + 1;
}
