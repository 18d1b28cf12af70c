import type { TFunction } from 'i18next';
import type { Standing } from '../../../contract/credential-standing.ts';
import type { Tone } from '../../ui/state-dot.tsx';

const tones: Readonly<Record<Standing, Tone>> = {
  ready: 'good',
  untested: 'idle',
  'no-credits': 'warn',
  rate: 'warn',
  quota: 'warn',
  concurrency: 'warn',
  transient: 'warn',
  timeout: 'warn',
  token: 'warn',
  entitlement: 'warn',
  invalid: 'bad',
  blocked: 'bad',
  'no-route': 'warn',
  draining: 'warn',
  disabled: 'idle',
};

/** Only credentials known to work are green. */
export function standingTone(standing: Standing): Tone {
  return tones[standing];
}

export function wordStanding(standing: Standing, t: TFunction): string {
  return t(`credentials.standing.${standing}`);
}
