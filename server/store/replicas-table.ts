import type { Kysely, Selectable } from 'kysely';
import type { Replica, ReplicaStore } from '../replicas/replica.ts';
import { fromFlag, toFlag } from './columns.ts';
import type { ReplicaRow, Tables } from './tables.ts';

/** Gateway processes that use the database. */
export function createReplicasTable(db: Kysely<Tables>): ReplicaStore {
  return {
    async beat(replica, gone) {
      const row = {
        name: replica.name,
        version: replica.version,
        since: replica.since,
        seen_at: replica.seenAt,
        requests: replica.requests,
        is_sharing: toFlag(replica.isSharing),
      };
      await db
        .insertInto('replicas')
        .values({ id: replica.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
      for (const { id, seenAt } of gone) {
        await db.deleteFrom('replicas').where('id', '=', id).where('seen_at', '=', seenAt).execute();
      }
      const rows = await db.selectFrom('replicas').selectAll().orderBy('since').orderBy('id').execute();
      return rows.map(toReplica);
    },
    async leave(id) {
      await db.deleteFrom('replicas').where('id', '=', id).execute();
    },
  };
}

function toReplica(row: Selectable<ReplicaRow>): Replica {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    since: row.since,
    seenAt: row.seen_at,
    requests: row.requests,
    isSharing: fromFlag(row.is_sharing),
  };
}
