import type { Account } from '../account/accounts.ts';
import { type Behaviour, initialBehaviour, type Settings } from '../behaviour.ts';

/** The knobs that make a request fail; `fail-rate`, `fail-first` and `fail-for` decide whether they apply. */
const { status, hang, cut, silence, 'stream-error': streamError } = initialBehaviour;
const noFault: Settings = { status, hang, cut, silence, 'stream-error': streamError };

/** The behaviour for the account's current request, with or without its faults depending on the schedule. */
export function gateFaults(behaviour: Behaviour, account: Account, now: number): Behaviour {
  const isFirst = behaviour['fail-first'] === 0 || account.requests <= behaviour['fail-first'];
  const isInTime = behaviour['fail-for'] === 0 || now < account.faultsSince + behaviour['fail-for'] * 1000;
  const isDrawn = behaviour['fail-rate'] === 1 || account.random() < behaviour['fail-rate'];
  return isFirst && isInTime && isDrawn ? behaviour : { ...behaviour, ...noFault };
}
