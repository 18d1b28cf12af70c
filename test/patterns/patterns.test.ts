import { expect, test } from 'vitest';
import { findPatterns } from './find-patterns.ts';
import { type HostileText, hostileTexts } from './hostile-texts.ts';

/** Text lengths. Each is tried only if the previous one passed, so that a bad pattern fails early. */
const lengths = [32, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
/** Times below this many milliseconds are not significant. */
const noise = 0.1;
/**
 * How much more time per character a longer text may take. This allows for compilation and memory, but not for
 * quadratic time.
 */
const mostGrowth = 8;
/** Maximum milliseconds per character; quadratic patterns exceed it in long texts. */
const mostForCharacter = 0.002;

const patterns = findPatterns(['server', 'contract']);

test('the patterns are found', () => {
  expect(patterns.length).toBeGreaterThan(50);
});

test.each(patterns)(
  '$name takes time in proportion to the text',
  async ({ pattern }) => {
    for (const text of await hostileTexts(pattern)) expect(findGrowth(pattern, text)).toBeUndefined();
  },
  60_000,
);

test.each([/=+$/, /:\/\/[^/]+:[^/]+@/, /^\s*\s*x/])('%s is noticed: it is quadratic', async (pattern) => {
  const texts = await hostileTexts(pattern);
  expect(texts.some((text) => findGrowth(pattern, text) !== undefined)).toBe(true);
});

/** @returns a message if the time grows faster than the text; otherwise undefined */
function findGrowth(pattern: RegExp, textOf: HostileText): string | undefined {
  let bound = mostForCharacter;
  for (const length of lengths) {
    const text = textOf(length);
    const tooLong = Math.max(noise, bound * length);
    const time = timeOf(pattern, text, tooLong);
    if (time > tooLong) return `${time} ms for ${length} characters of ${text.slice(0, 80)}…`;
    if (time > noise) bound = Math.min(bound, (mostGrowth * time) / length);
  }
  return undefined;
}

/** The time of one run, or the shortest of three if the first is too long; milliseconds. */
function timeOf(pattern: RegExp, text: string, tooLong: number): number {
  const first = timeOneRun(pattern, text);
  return first <= tooLong ? first : Math.min(first, timeOneRun(pattern, text), timeOneRun(pattern, text));
}

/** Processor time in milliseconds, because wall time depends on other load. */
function timeOneRun(pattern: RegExp, text: string): number {
  const start = process.threadCpuUsage();
  if (pattern.global) text.replaceAll(pattern, '');
  else pattern.test(text);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
