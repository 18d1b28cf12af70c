import type { DatabaseSync } from 'node:sqlite';
import type { NameKind, NameRegister } from '../../usage-names.ts';

export interface SqliteNameRegister extends NameRegister {
  /** Must be called when uncommitted numbers were rolled back. */
  forget(): void;
}

interface KnownName {
  readonly ref: number;
  readonly label: string;
}

/** Caches every name, so that few lookups need a query. New numbers are part of the current transaction. */
export function createNameRegister(database: DatabaseSync): SqliteNameRegister {
  const selectAll = database.prepare('select kind, value, ref, label from usage_names');
  const insert = database.prepare(
    `insert into usage_names (kind, value, label) values (?, ?, ?)
    on conflict (kind, value) do update set label = excluded.label returning ref`,
  );
  const names: Record<NameKind, Map<string, KnownName>> = {
    key: new Map(),
    model: new Map(),
    credential: new Map(),
    status: new Map(),
    dialect: new Map(),
  };
  const kinds: ReadonlyMap<string, Map<string, KnownName>> = new Map(Object.entries(names));
  let isLoaded = false;
  const load = () => {
    for (const { kind, value, ref, label } of selectAll.iterate()) {
      kinds.get(String(kind))?.set(String(value), { ref: Number(ref), label: String(label) });
    }
    isLoaded = true;
  };

  return {
    refOf(kind, value, label) {
      if (!isLoaded) load();
      const known = names[kind].get(value);
      if (known?.label === label) return known.ref;
      const ref = Number(insert.get(kind, value, label)?.ref);
      names[kind].set(value, { ref, label });
      return ref;
    },
    has(kind, value) {
      if (!isLoaded) load();
      return names[kind].has(value);
    },
    forget() {
      for (const known of kinds.values()) known.clear();
      isLoaded = false;
    },
  };
}
