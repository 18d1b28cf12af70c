import { accountKnobs } from './knobs/account-knobs.ts';
import { answerKnobs } from './knobs/answer-knobs.ts';
import { cacheKnobs } from './knobs/cache-knobs.ts';
import { doorKnobs } from './knobs/door-knobs.ts';
import { faultKnobs } from './knobs/fault-knobs.ts';
import type { KnobValue } from './knobs/kinds.ts';
import { refusalKnobs } from './knobs/refusal-knobs.ts';
import { requestKnobs } from './knobs/request-knobs.ts';
import { streamKnobs } from './knobs/stream-knobs.ts';
import { timeKnobs } from './knobs/time-knobs.ts';
import { unifiedKnobs } from './knobs/unified-knobs.ts';

/** All knobs with their allowed and initial values. The README describes each one. */
export const knobs = {
  ...answerKnobs,
  ...unifiedKnobs,
  ...streamKnobs,
  ...faultKnobs,
  ...refusalKnobs,
  ...doorKnobs,
  ...requestKnobs,
  ...cacheKnobs,
  ...timeKnobs,
  ...accountKnobs,
} as const;

export type KnobName = keyof typeof knobs;

/** The complete behaviour for one request: every knob with its value. */
export type Behaviour = { readonly [Name in KnobName]: KnobValue<(typeof knobs)[Name]> };

/** A partial set of knobs that overrides others. */
export type Settings = Partial<Behaviour>;
