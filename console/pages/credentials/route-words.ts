import type { RouteState } from '../../../contract/credentials.ts';
import type { Tone } from '../../ui/state-dot.tsx';

const tones: Readonly<Record<RouteState['name'], Tone>> = {
  open: 'good',
  shut: 'warn',
  trial: 'idle',
  unknown: 'idle',
};

/** Only what has answered is green. */
export function routeTone({ name }: Pick<RouteState, 'name'>): Tone {
  return tones[name];
}

/** How many routes are open, shut (those that are tried again included) and not used yet. */
export function countRoutes(routes: readonly Pick<RouteState, 'name'>[]): {
  open: number;
  shut: number;
  unknown: number;
} {
  const counts = { open: 0, shut: 0, unknown: 0 };
  for (const { name } of routes) counts[name === 'trial' ? 'shut' : name] += 1;
  return counts;
}
