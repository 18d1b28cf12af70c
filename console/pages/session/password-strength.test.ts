import { describe, expect, it } from 'vitest';
import { estimateBits, measureStrength } from './password-strength.ts';

describe('password strength', () => {
  it.each([
    ['', 0],
    ['Sh0rt!', 0],
    ['aaaaaaaaaaaa', 1],
    ['1234567890123', 1],
    ['abcdefghijkl', 1],
    ['blue horse', 2],
    ['blue horse kite', 3],
    ['Tr0ub4dor&3x', 3],
    ['a much longer phrase 42', 4],
    ['天地玄黄宇宙洪荒日月', 4],
  ] as const)('%s is %i', (password, strength) => {
    expect(measureStrength(password)).toBe(strength);
  });

  it('counts repetition for little', () => {
    expect(estimateBits('qwertyqwerty')).toBeLessThan(estimateBits('qwertyuiopas') * 0.8);
    expect(estimateBits('')).toBe(0);
  });
});
