import type { RouteState } from '../../../contract/credentials.ts';
import type { Tone } from '../../ui/state-dot.tsx';

const tones: Readonly<Record<RouteState['name'], Tone>> = {
  open: 'good',
  shut: 'warn',
  trial: 'idle',
  unknown: 'idle',
};

/** Only routes that have answered are green. */
export function routeTone({ name }: Pick<RouteState, 'name'>): Tone {
  return tones[name];
}

/** Counts routes that are open, closed (including those on trial) and not used yet. */
export function countRoutes(routes: readonly Pick<RouteState, 'name'>[]): {
  open: number;
  shut: number;
  unknown: number;
} {
  const counts = { open: 0, shut: 0, unknown: 0 };
  for (const { name } of routes) counts[name === 'trial' ? 'shut' : name] += 1;
  return counts;
}
