import { expect, test } from 'vitest';
import { pushAll } from './push-all.ts';

test('more items than there is room for on the stack', () => {
  const list = [0];
  pushAll(
    list,
    Array.from({ length: 500_000 }, () => 1),
  );
  expect(list).toHaveLength(500_001);
});
