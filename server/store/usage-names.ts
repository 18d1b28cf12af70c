import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What a name is of. Models asked for and models that answered share their names. */
export type NameKind = 'key' | 'model' | 'credential' | 'status' | 'dialect';

export interface UsageName {
  readonly value: string;
  readonly label: string;
}

/**
 * Names stand in the ledger as numbers: a year of records stays small, and a deleted key keeps its name. The latest
 * label counts.
 */
export interface NameRegister {
  /** The name's number; one that it is given now, where it had none. */
  refOf(kind: NameKind, value: string, label: string): number;
  /** True for a name that has a number. */
  has(kind: NameKind, value: string): boolean;
}

/** Names by their numbers. */
export type NamesByRef = ReadonlyMap<number, UsageName>;

export async function findNames(db: Kysely<Tables>, refs: Iterable<number>): Promise<NamesByRef> {
  const wanted = [...new Set(refs)];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('usage_names')
    .select(['ref', 'value', 'label'])
    .where('ref', 'in', wanted)
    .execute();
  return new Map(rows.map(({ ref, value, label }) => [ref, { value, label }]));
}
