import { expect, test } from 'vitest';
import { isBlank, trimBlankEnd } from './blank.ts';
import { measureProcessorTime } from './testing/processor-time.ts';

const blanks = {
  nothing: '',
  'a line end': '\r\n',
  'a form feed': '\f',
  'a no-break space': '\u00a0',
  'an ideographic space': '\u3000',
  'a line separator': '\u2028',
  'a next line': '\u0085',
  'a unit separator': '\u001f',
  'a zero-width space': '\u200b',
  'a soft hyphen': '\u00ad',
  'a right-to-left mark': '\u200f',
  'a word joiner': '\u2060',
  'a byte order mark': '\ufeff',
};

test.each(Object.entries(blanks))('%s is blank', (_name, blank) => {
  expect(isBlank(blank)).toBe(true);
  expect(isBlank(`${blank}a`)).toBe(false);
  expect(trimBlankEnd(`${blank}a${blank} ${blank}`)).toBe(`${blank}a`);
});

test('a character is not blank, even outside the basic plane', () => {
  expect(isBlank('🔐')).toBe(false);
  expect(trimBlankEnd('🔐 ')).toBe('🔐');
});

test('long texts are processed in linear time', () => {
  const long = `${' '.repeat(1_000_000)}a${' '.repeat(1_000_000)}`;
  const time = measureProcessorTime(() => {
    expect(isBlank(long)).toBe(false);
    expect(trimBlankEnd(long)).toHaveLength(1_000_001);
  });
  expect(time).toBeLessThan(2000);
});
