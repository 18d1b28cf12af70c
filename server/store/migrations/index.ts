import { initial } from './001-initial.ts';
import { usage } from './002-usage.ts';
import { modelsOn } from './003-models-on.ts';
import { tokenEstimates } from './004-token-estimates.ts';
import { replicas } from './005-replicas.ts';
import { promptCaching } from './006-prompt-caching.ts';
import { cacheSavings } from './007-cache-savings.ts';
import { tokenExpiry } from './008-token-expiry.ts';
import { givenUpUsage } from './009-given-up-usage.ts';
import type { Migration } from './migration.ts';

/** All migrations in the order in which they run. */
export const migrations: readonly Migration[] = [
  initial,
  usage,
  modelsOn,
  tokenEstimates,
  replicas,
  promptCaching,
  cacheSavings,
  tokenExpiry,
  givenUpUsage,
];
