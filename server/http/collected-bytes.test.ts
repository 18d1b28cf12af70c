import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { CollectedBytes } from './collected-bytes.ts';

test('the bytes are those of the chunks, however they are cut', () => {
  const chunk = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 3000, maxLength: 9000 }));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 30 }), (chunks) => {
      const collected = new CollectedBytes();
      for (const bytes of chunks) collected.add(Buffer.from(bytes));
      const whole = Buffer.concat(chunks);
      expect(collected.length).toBe(whole.length);
      expect(collected.concat().equals(whole)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('single bytes are not kept one by one', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  try {
    const collected = new CollectedBytes();
    for (let count = 0; count < 40_000; count += 1) collected.add(Buffer.from('x'));
    expect(collected.concat().toString()).toBe('x'.repeat(40_000));
    expect(concat.mock.lastCall?.[0].length).toBeLessThan(20);
  } finally {
    concat.mockRestore();
  }
});
