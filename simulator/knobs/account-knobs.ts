import { choice, decimal, type Knob, whole } from './kinds.ts';

/** Account: limits, credits, sites. */
export const accountKnobs = {
  concurrency: whole(0),
  quota: whole(0),
  'quota-window': decimal(86_400),
  'credit-cost': decimal(1),
  'monthly-credits': whole(0),
  'exhausted-for': decimal(0),
  credits: choice(
    'auto',
    'daily',
    'monthly',
    'empty',
    'blocked',
    'rate-limited',
    'unknown',
    'unauthorized',
    'unavailable',
    'hang',
  ),
  sites: choice('one', 'two', 'inactive', 'empty', 'unauthorized', 'unavailable', 'hang'),
} as const satisfies Record<string, Knob>;
