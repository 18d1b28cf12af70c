import { passwordRules } from '../../../contract/session.ts';

/** 0 = shorter than the rules allow, then weak, fair, good, strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

const alphabets = [
  { pattern: /[a-z]/, size: 26 },
  { pattern: /[A-Z]/, size: 26 },
  { pattern: /[0-9]/, size: 10 },
  { pattern: /[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, size: 33 },
  { pattern: /[^\x20-\x7e]/, size: 2000 },
];

/**
 * A rough guess in bits: the alphabets used times the characters that are news, so that repetitions and runs
 * (aaaa, 1234, qwertyqwerty) count little. Guidance only: the server's rule is the length.
 */
export function estimateBits(password: string): number {
  const characters = [...password];
  const size = alphabets.reduce((sum, { pattern, size }) => sum + (pattern.test(password) ? size : 0), 0);
  const seen = new Set<string>();
  let news = 0;
  characters.forEach((character, index) => {
    const previous = characters[index - 1];
    const step = previous === undefined ? 9 : (character.codePointAt(0) ?? 0) - (previous.codePointAt(0) ?? 0);
    const pair = `${previous ?? ''}${character}`;
    news += Math.abs(step) <= 1 || seen.has(pair) ? 0.25 : 1;
    seen.add(pair);
  });
  return size === 0 ? 0 : news * Math.log2(size);
}

export function measureStrength(password: string): Strength {
  if (password.length < passwordRules.minLength) return 0;
  const bits = estimateBits(password);
  if (bits < 40) return 1;
  if (bits < 60) return 2;
  return bits < 80 ? 3 : 4;
}
