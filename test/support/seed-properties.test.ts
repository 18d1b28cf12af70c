import fc from 'fast-check';
import { expect, test } from 'vitest';

test('property tests have a fixed seed', () => {
  expect(fc.readConfigureGlobal().seed).toBe(Number(process.env.PROPERTY_SEED ?? 20_261_128));
});
