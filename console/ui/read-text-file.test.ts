import { expect, it } from 'vitest';
import { readTextFile } from './read-text-file.ts';

it.each([
  { what: 'UTF-8', bytes: [...new TextEncoder().encode('\uFEFF邮箱')] },
  { what: 'UTF-16', bytes: [0xff, 0xfe, 0xae, 0x90, 0xb1, 0x7b] },
  { what: 'GBK', bytes: [0xd3, 0xca, 0xcf, 0xe4] },
])('reads $what', async ({ bytes }) => {
  expect(await readTextFile(new Blob([new Uint8Array(bytes)]))).toBe('邮箱');
});
