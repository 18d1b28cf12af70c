import { expect, it } from 'vitest';
import { addEndpoint, changeEndpoint, moveEndpoint } from './endpoint-list.ts';

const [a, b, c] = ['a', 'b', 'c'].map((route) => ({ route, upstreamModel: 'm', enabled: true }));
const all = [a, b, c].filter((endpoint) => endpoint !== undefined);
const names = (endpoints: readonly { route: string }[]) => endpoints.map(({ route }) => route).join('');

it('moves an endpoint up and down, and not beyond the ends', () => {
  expect(names(moveEndpoint(all, 2, -1))).toBe('acb');
  expect(names(moveEndpoint(all, 0, 1))).toBe('bac');
  expect(names(moveEndpoint(all, 0, -1))).toBe('abc');
  expect(names(moveEndpoint(all, 2, 1))).toBe('abc');
});

it('changes one endpoint and leaves the list that it was given', () => {
  expect(changeEndpoint(all, 1, { enabled: false })).toEqual([a, { ...b, enabled: false }, c]);
  expect(all[1]?.enabled).toBe(true);
});

it('adds an endpoint on a route that has none yet', () => {
  expect(addEndpoint(all, ['a', 'd'], 'x').at(-1)).toEqual({ route: 'd', upstreamModel: 'x', enabled: true });
  expect(addEndpoint(all, ['a'], 'x').at(-1)?.route).toBe('a');
  expect(addEndpoint(all, [], 'x')).toEqual(all);
});
