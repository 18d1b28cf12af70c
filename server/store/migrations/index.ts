import { initial } from './001-initial.ts';
import { usage } from './002-usage.ts';
import { modelsOn } from './003-models-on.ts';
import { replicas } from './004-replicas.ts';
import type { Migration } from './migration.ts';

/** In the order in which they run. */
export const migrations: readonly Migration[] = [initial, usage, modelsOn, replicas];
