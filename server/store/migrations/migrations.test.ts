import { type Dialect, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { SchemaFeatures } from '../engines/engine.ts';
import { createPostgresDialect } from '../engines/postgres/dialect.ts';
import { createPostgresPool } from '../engines/postgres/pool.ts';
import { postgresSchema } from '../engines/postgres/schema.ts';
import { sqliteSchema } from '../engines/sqlite/schema.ts';
import type { Tables } from '../tables.ts';
import { migrations } from './index.ts';
import type { Migration } from './migration.ts';

const sqlite: Dialect = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};
const postgres: Dialect = {
  ...createPostgresDialect(createPostgresPool({ client: {}, size: 1, queryTimeout: 1 })),
  createDriver: () => new DummyDriver(),
};
const engines: readonly (readonly [string, Dialect, SchemaFeatures])[] = [
  ['sqlite', sqlite, sqliteSchema],
  ['postgres', postgres, postgresSchema],
];

/** The statements that a migration runs, one per line. */
async function statementsOf(migration: Migration, dialect: Dialect, features: SchemaFeatures): Promise<string> {
  const statements: string[] = [];
  const db = new Kysely<Tables>({ dialect, log: ({ query }) => void statements.push(`${query.sql};\n`) });
  await migration.up?.(db.schema, features);
  await migration.upgrade?.(db);
  return statements.join('');
}

describe.each(engines)('migrations on %s', (engine, dialect, features) => {
  // Existing databases were created by these statements. A released migration is never changed; add a new one instead.
  it.each(migrations.map((migration) => [migration.name, migration] as const))(
    '%s is as it was',
    async (name, migration) => {
      const file = `frozen/${name}.${engine}.sql`;
      await expect(await statementsOf(migration, dialect, features)).toMatchFileSnapshot(file);
    },
  );
});

it('migrations are numbered in their order', () => {
  const numbers = migrations.map(({ name }) => Number(/^(\d{3})-[a-z-]+$/.exec(name)?.[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
