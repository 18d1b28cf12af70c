import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What a name is of. Models asked for and models that answered share their names. */
export type NameKind = 'key' | 'model' | 'credential' | 'status' | 'dialect';

/**
 * Names stand in the ledger as numbers: a year of records stays small, and a deleted key keeps its name. The latest
 * label counts.
 */
export interface UsageNames {
  /** Makes the names known that are not, or have another label. To be called with all of a batch before `refOf`. */
  prepare(names: Iterable<UsageName>): Promise<void>;
  /** True for a name that was prepared, now or ever. */
  has(kind: NameKind, value: string): boolean;
  /** The number of such a name. */
  refOf(kind: NameKind, value: string): number;
  /** Names by number; other programs' ones included. */
  find(refs: Iterable<number>): Promise<ReadonlyMap<number, Pick<UsageName, 'value' | 'label'>>>;
}

export interface UsageName {
  readonly kind: NameKind;
  readonly value: string;
  readonly label: string;
}

export function createUsageNames(db: Kysely<Tables>): UsageNames {
  const known = new Map<string, { readonly ref: number; readonly label: string }>();
  const keyOf = (kind: string, value: string) => `${kind}:${value}`;
  let isLoaded = false;
  const load = async () => {
    const rows = await db.selectFrom('usage_names').selectAll().execute();
    for (const { kind, value, ref, label } of rows) known.set(keyOf(kind, value), { ref, label });
    isLoaded = true;
  };

  return {
    async prepare(names) {
      if (!isLoaded) await load();
      const missing = new Map<string, UsageName>();
      for (const name of names) {
        const key = keyOf(name.kind, name.value);
        if (known.get(key)?.label === name.label) missing.delete(key);
        else missing.set(key, name);
      }
      for (const [key, { kind, value, label }] of missing) {
        const { ref } = await db
          .insertInto('usage_names')
          .values({ kind, value, label })
          .onConflict((conflict) => conflict.columns(['kind', 'value']).doUpdateSet({ label }))
          .returning('ref')
          .executeTakeFirstOrThrow();
        known.set(key, { ref, label });
      }
    },
    has: (kind, value) => known.has(keyOf(kind, value)),
    refOf(kind, value) {
      const found = known.get(keyOf(kind, value));
      if (found === undefined) throw new Error(`The ${kind} "${value}" was not prepared.`);
      return found.ref;
    },
    async find(refs) {
      const wanted = [...new Set(refs)];
      if (wanted.length === 0) return new Map();
      const rows = await db
        .selectFrom('usage_names')
        .select(['ref', 'value', 'label'])
        .where('ref', 'in', wanted)
        .execute();
      return new Map(rows.map(({ ref, value, label }) => [ref, { value, label }]));
    },
  };
}
