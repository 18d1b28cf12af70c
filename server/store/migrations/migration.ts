import type { SchemaModule } from 'kysely';
import type { SchemaFeatures } from '../engines/engine.ts';

/** One step of the schema. Once released it is never changed: a later step changes what it made. */
export interface Migration {
  /** Sorts by order: `001-initial`. */
  readonly name: string;
  up(schema: SchemaModule, features: SchemaFeatures): Promise<void>;
}
