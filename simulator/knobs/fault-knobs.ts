import { errorFamilies } from '../refusal/error-families.ts';
import { choice, countOr, type Knob, whole } from './kinds.ts';

/** Faults of the connection and inside a stream. */
export const faultKnobs = {
  cut: choice('none', 'end', 'fin', 'reset'),
  'cut-at': countOr(1, 'before-headers', 'after-headers', 'after-done'),
  'cut-delay': whole(10),
  'stream-error': choice('none', 'response-failed', 'openai-event', ...errorFamilies),
  'stream-error-at': whole(1),
  'stream-error-status': whole(500, 400, 599),
} as const satisfies Record<string, Knob>;
