import { choice, countOr, type Knob, whole } from './kinds.ts';

/** Time. */
export const timeKnobs = {
  'first-byte': whole(0),
  'first-chunk': whole(0),
  pace: whole(0),
  hang: choice('none', 'before-headers', 'after-headers'),
  silence: countOr(0, 'forever'),
  'silence-at': whole(1),
  'keep-alive': whole(0),
} as const satisfies Record<string, Knob>;
