import type { Kysely } from 'kysely';
import type { Engine } from './engines/engine.ts';
import type { Migration } from './migrations/migration.ts';
import { StoreFailure } from './store-failure.ts';
import type { Tables } from './tables.ts';

/** The upgrade of a database that an earlier version created. */
export interface Upgrade {
  /** The migrations that were applied. */
  readonly steps: readonly string[];
  /** Path of the copy from before the upgrade; undefined if the engine makes none. */
  readonly copy: string | undefined;
}

export interface MigrateOptions {
  /** Copy a database of an earlier version before it is changed. */
  readonly keepsCopy?: boolean;
}

/**
 * Applies missing migrations in one transaction. If two programs start at the same time, the second waits and then has
 * nothing left to do.
 *
 * @returns the upgrade, if the database was created by an earlier version
 * @throws StoreFailure `newer`, without changes, if the database has a migration that this version does not know
 */
export async function migrate(
  { db, schema, copyBeforeUpgrade }: Engine,
  migrations: readonly Migration[],
  now: number,
  { keepsCopy = false }: MigrateOptions = {},
): Promise<Upgrade | undefined> {
  return db.transaction().execute(async (transaction) => {
    await schema.lock(transaction);
    await transaction.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
    const missing = await findMissing(transaction, migrations);
    const isUpgrade = missing.length > 0 && missing.length < migrations.length;
    const copy = isUpgrade && keepsCopy ? await copyBeforeUpgrade() : undefined;
    for (const migration of missing) {
      await migration.up?.(transaction.schema, schema);
      if (isUpgrade) await migration.upgrade?.(transaction);
      await transaction.insertInto('migrations').values({ name: migration.name, applied_at: now }).execute();
    }
    if (missing.length > 0) await schema.complete(transaction);
    return isUpgrade ? { steps: missing.map(({ name }) => name), copy } : undefined;
  });
}

/**
 * Checks the schema of a database that is opened read-only.
 *
 * @throws StoreFailure `older` or `newer` if the schema is not this version's
 */
export async function requireCurrentSchema({ db }: Engine, migrations: readonly Migration[]): Promise<void> {
  const missing = await findMissing(db, migrations);
  if (missing.length === 0) return;
  throw new StoreFailure(
    'older',
    'The database was written by an older version of atlassian-proxy: start this version on it once, then stop it.',
  );
}

/** The names of the applied migrations, in order. */
export async function readSchema(db: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await db.selectFrom('migrations').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

/** @throws StoreFailure `newer` */
async function findMissing(db: Kysely<Tables>, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const applied = new Set(await readSchema(db));
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new StoreFailure(
      'newer',
      `The database was written by a newer version of atlassian-proxy (${unknown.join(', ')}): run that version, or restore an older backup.`,
    );
  }
  return migrations.filter(({ name }) => !applied.has(name));
}
