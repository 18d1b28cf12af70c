import { expect, it } from 'vitest';
import { countRoutes, routeTone } from './route-words.ts';

it('counts a route that is being tried again as shut, and calls only answering ones good', () => {
  const routes = (['open', 'shut', 'trial', 'unknown', 'unknown'] as const).map((name) => ({ name }));
  expect(countRoutes(routes)).toEqual({ open: 1, shut: 2, unknown: 2 });
  expect(routes.map(routeTone)).toEqual(['good', 'warn', 'idle', 'idle', 'idle']);
});
