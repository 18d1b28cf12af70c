import { errorFamilies } from '../refusal/error-families.ts';
import { choice, decimal, type Knob, text, whole } from './kinds.ts';

/** Refusals. */
export const refusalKnobs = {
  status: whole(200, 200, 599),
  'error-body': choice('auto', ...errorFamilies),
  'error-message': text(),
  'error-code': text(),
  'retry-after': decimal(0),
  'retry-after-in': choice('auto', 'header', 'date', 'body', 'header-and-body'),
  'fail-rate': decimal(1, 0, 1),
  'fail-first': whole(0),
  'fail-for': decimal(0),
} as const satisfies Record<string, Knob>;
