import { expect, test } from 'vitest';
import { readPublicUrl } from './public-url.ts';

test.each([
  ['https://gateway.example', 'https://gateway.example', 'gateway.example', '', true],
  ['https://gateway.example:443/', 'https://gateway.example', 'gateway.example', '', true],
  [
    'http://Gateway.example:8080/y/atlassian/',
    'http://gateway.example:8080',
    'gateway.example:8080',
    '/y/atlassian',
    false,
  ],
  ['http://[::1]:80//x', 'http://[::1]', '[::1]', '/x', false],
])('%s', (text, origin, host, basePath, isSecure) => {
  expect(readPublicUrl(text)).toEqual({ origin, host, basePath, isSecure });
});

test.each([
  'gateway.example',
  'ftp://gateway.example',
  'https://user@gateway.example',
  'https://gateway.example/?a',
  'https://gateway.example/#a',
  'https://gateway.example/"><script>',
  '',
])('%j is none', (text) => {
  expect(readPublicUrl(text)).toBeUndefined();
});
