import type { Kysely, SchemaModule } from 'kysely';
import type { SchemaFeatures } from '../engines/engine.ts';
import type { Tables } from '../tables.ts';

/** One schema migration. Never changed after its release; later migrations change what it created. */
export interface Migration {
  /** Determines the order, like `001-initial`. */
  readonly name: string;
  up?(schema: SchemaModule, features: SchemaFeatures): Promise<void>;
  /** Changes data that an earlier version wrote. Not called for a new database. */
  upgrade?(db: Kysely<Tables>): Promise<void>;
}
