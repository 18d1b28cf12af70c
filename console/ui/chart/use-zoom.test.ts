import { expect, it } from 'vitest';
import { spanOf } from './use-zoom.ts';

it('spans whole buckets, whichever way it was dragged, and takes a click for nothing', () => {
  const buckets = [0, 10, 20, 30].map((start) => ({ start, end: start + 10 }));
  expect(spanOf(buckets, 10, 20)).toEqual({ from: 10, to: 30 });
  expect(spanOf(buckets, 30, 0)).toEqual({ from: 0, to: 40 });
  expect(spanOf(buckets, 10, 10)).toBeUndefined();
  expect(spanOf(buckets, 10, 99)).toBeUndefined();
});
