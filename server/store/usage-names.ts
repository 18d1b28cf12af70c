import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What a name refers to. Requested models and models that answered share one kind. */
export type NameKind = 'key' | 'model' | 'credential' | 'status' | 'dialect';

export interface UsageName {
  readonly value: string;
  readonly label: string;
}

/**
 * The ledger stores names as numbers. This keeps records small, and deleted keys keep their name. The latest label
 * wins.
 */
export interface NameRegister {
  /** The name's number. New names get one. */
  refOf(kind: NameKind, value: string, label: string): number;
  /** Whether the name has a number. */
  has(kind: NameKind, value: string): boolean;
}

/** Names by number. */
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
