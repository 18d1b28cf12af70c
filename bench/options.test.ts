import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('runs everything over five rounds by default', () => {
    expect(parseOptions([])).toMatchObject({ quick: false, rounds: 5, saveBaseline: false });
    expect(parseOptions([]).only.join('')).toBe('abcdefgh');
  });
  it('leaves the long workloads out of the quick form, unless they are asked for', () => {
    expect(parseOptions(['--quick']).only).not.toContain('e');
    expect(parseOptions(['--quick', '--only', 'e']).only).toEqual(['e']);
  });
  it('names what it does not understand', () => {
    expect(() => parseOptions(['--only', 'a,z'])).toThrow('"z"');
    expect(() => parseOptions(['--rounds', '0'])).toThrow('--rounds');
    expect(() => parseOptions(['--fast'])).toThrow('--fast');
  });
});
