import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDocumentTokens, countImageTokens, dataOfUrl } from './image-tokens.ts';
import { countTextTokens } from './text-tokens.ts';

const vendor = fc.constantFrom('anthropic' as const, 'openai' as const, 'google' as const);

describe('text', () => {
  test.each([
    ['', 0, 0, 0],
    ['hello world', 4, 2, 2],
    ['12345', 2, 2, 5],
    ['你好世界', 6, 4, 3],
    ['{"a":[1]}', 9, 6, 8],
  ])('%j', (text, anthropic, openai, google) => {
    expect(countTextTokens(text, 'anthropic')).toBe(anthropic);
    expect(countTextTokens(text, 'openai')).toBe(openai);
    expect(countTextTokens(text, 'google')).toBe(google);
  });

  test('counts any text, more for more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), vendor, (one, other, of) => {
        const both = countTextTokens(`${one}\n\n${other}`, of);
        expect(both).toBeGreaterThanOrEqual(countTextTokens(one, of));
        expect(Number.isInteger(both)).toBe(true);
      }),
    );
  });
});

/** The first bytes of a PNG of some size. */
function png(width: number, height: number): string {
  const bytes = Buffer.alloc(32);
  bytes.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}

describe('images', () => {
  test.each([
    [300, 300, 120, 255, 258],
    [1000, 1000, 1334, 765, 1032],
    [4000, 4000, 1600, 10965, 9288],
  ])('%i by %i', (width, height, anthropic, openai, google) => {
    expect(countImageTokens(png(width, height), 'anthropic')).toBe(anthropic);
    expect(countImageTokens(png(width, height), 'openai')).toBe(openai);
    expect(countImageTokens(png(width, height), 'google')).toBe(google);
  });

  test('of unknown size count as middling ones', () => {
    expect(countImageTokens('AAAA', 'anthropic')).toBe(countImageTokens(png(1000, 1000), 'anthropic'));
    const gif = Buffer.from('GIF89a\x0a\x00\x14\x00 and more', 'latin1').toString('base64');
    expect(countImageTokens(gif, 'anthropic')).toBe(1);
  });
});

test('documents count by their pages', () => {
  expect(countDocumentTokens('AAAA')).toBe(1500);
  expect(countDocumentTokens('A'.repeat(80_000))).toBe(3000);
});

test('data URLs', () => {
  expect(dataOfUrl('data:image/png;base64,AAAA')).toBe('AAAA');
  expect(dataOfUrl('https://example.com/a,b')).toBe('');
});
