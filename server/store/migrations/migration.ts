import type { Kysely, SchemaModule } from 'kysely';
import type { SchemaFeatures } from '../engines/engine.ts';
import type { Tables } from '../tables.ts';

/** One step of the schema. Once released it is never changed: a later step changes what it made. */
export interface Migration {
  /** Sorts by order: `001-initial`. */
  readonly name: string;
  up?(schema: SchemaModule, features: SchemaFeatures): Promise<void>;
  /** Changes what an earlier version has written: not called for a database that is made just now. */
  upgrade?(db: Kysely<Tables>): Promise<void>;
}
