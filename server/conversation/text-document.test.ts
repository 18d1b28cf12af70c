import { describe, expect, test } from 'vitest';
import { readTextDocument, titled, titledParts, typeOfFile, withFileType } from './text-document.ts';

const hello = 'aGVsbG8=';

describe('documents that are text', () => {
  test.each([
    'text/plain',
    'text/csv',
    'application/json',
    'application/ld+json',
    'image/svg+xml',
    'application/yaml',
    'application/x-javascript',
  ])('are read: %s', (mediaType) => {
    expect(readTextDocument({ type: 'base64', mediaType, data: hello })).toBe('hello');
  });

  test.each(['application/pdf', 'application/octet-stream', 'image/png', 'application/jsonish'])(
    'are not: %s',
    (mediaType) => {
      expect(readTextDocument({ type: 'base64', mediaType, data: hello })).toBeUndefined();
    },
  );

  test.each([
    ['a.txt', hello, 'text/plain'],
    ['A.B.JSON', hello, 'application/json'],
    ['a.txt', 'JVBERi0xLjQK', 'application/pdf'],
    ['a', hello, 'application/pdf'],
    [undefined, hello, 'application/pdf'],
  ])('are known by their names: %s', (filename, data, type) => {
    expect(typeOfFile(filename, data)).toBe(type);
    const general = { type: 'base64', mediaType: 'application/octet-stream', data } as const;
    expect(withFileType(general, filename)).toEqual({ ...general, mediaType: type });
    const known = { type: 'base64', mediaType: 'image/png', data } as const;
    expect(withFileType(known, filename)).toBe(known);
  });
});

test('the name of a document comes before its texts', () => {
  const text = { type: 'text', text: 'x' } as const;
  expect([titled('x', 'a'), titled('x', undefined)]).toEqual(['a:\nx', 'x']);
  expect(titledParts({ type: 'parts', parts: [text] }, 'a')).toEqual([{ type: 'text', text: 'a:' }, text]);
  expect(titledParts({ type: 'parts', parts: [text] }, undefined)).toEqual([text]);
});
