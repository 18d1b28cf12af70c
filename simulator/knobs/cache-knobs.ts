import { choice, decimal, type Knob, whole } from './kinds.ts';

/** Counting of input and the prompt cache. */
export const cacheKnobs = {
  counting: choice('auto', 'naive', 'vendor'),
  'token-factor': decimal(1, 0.01, 100),
  cache: choice('auto', 'off'),
  'cache-ttl': decimal(300),
  'cache-minimum': whole(0),
  'automatic-cache': choice('prefix', 'keyed'),
} as const satisfies Record<string, Knob>;
