import { expect, expectTypeOf, it } from 'vitest';
import { withoutUndefined } from './without-undefined.ts';

it('only removes undefined fields', () => {
  expect(Object.keys(withoutUndefined({ a: 0, b: undefined, c: null, d: '', e: false }))).toEqual(['a', 'c', 'd', 'e']);
});

it('knows the types of the remaining fields', () => {
  const input: { a: number; b: string | undefined; c?: boolean | undefined } = { a: 1, b: undefined };
  const result: { a: number; b?: string; c?: boolean } = withoutUndefined(input);
  expectTypeOf(result).toEqualTypeOf<{ a: number; b?: string; c?: boolean }>();
});
