import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateInputTokens, fileTokens } from './estimate-input.ts';

const bodyOf = (...urls: string[]) => Buffer.from(JSON.stringify({ model: 'm', images: urls }));
const image = (length: number) => `data:image/png;base64,${'A'.repeat(length)}`;

test('four bytes of text are a token', () => {
  expect(estimateInputTokens(Buffer.alloc(400, 'x'))).toBe(100);
  expect(estimateInputTokens(new Uint8Array())).toBe(0);
});

test('an image counts the same however large its file is', () => {
  const text = estimateInputTokens(bodyOf('data:image/png'));
  expect(estimateInputTokens(bodyOf(image(2_000_000)))).toBe(text + fileTokens);
  expect(estimateInputTokens(bodyOf(image(4)))).toBe(text + fileTokens);
});

test('a file that nothing ends is text', () => {
  const body = Buffer.from(image(1000));
  expect(estimateInputTokens(body)).toBe(Math.ceil(body.length / 4));
});

test('each file counts, and all the text around them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 5 }), fc.string(), (lengths, text) => {
      const body = bodyOf(text.replaceAll(';', ''), ...lengths.map(image));
      const files = lengths.reduce((sum, length) => sum + length + ';base64,'.length, 0);
      expect(estimateInputTokens(body)).toBe(Math.ceil((body.length - files) / 4) + lengths.length * fileTokens);
    }),
  );
});
