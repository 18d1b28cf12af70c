import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readImageSize } from './image-size.ts';

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function webp(kind: string, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write(`RIFF....WEBP${kind}`, 0, 'latin1');
  fill(bytes);
  return bytes;
}

/** A JPEG with a segment of `before` bytes before its frame header. */
function jpeg(width: number, height: number, before: number, marker = 0xc2): Buffer {
  const segment = Buffer.alloc(before + 4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(before + 2, 2);
  const frame = Buffer.alloc(12);
  frame.writeUInt16BE(0xff00 + marker, 0);
  frame.writeUInt16BE(10, 2);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment, frame]);
}

test.each<[string, Buffer, object | undefined]>([
  ['PNG', png(640, 480), { width: 640, height: 480 }],
  ['GIF', Buffer.from('GIF89a\x0a\x00\x14\x00', 'latin1'), { width: 10, height: 20 }],
  [
    'lossy WebP',
    webp('VP8 ', (bytes) => {
      bytes.writeUInt16LE(300, 26);
      bytes.writeUInt16LE(200, 28);
    }),
    { width: 300, height: 200 },
  ],
  ['lossless WebP', webp('VP8L', (bytes) => bytes.writeUInt32LE(299 | (199 << 14), 21)), { width: 300, height: 200 }],
  [
    'extended WebP',
    webp('VP8X', (bytes) => {
      bytes.writeUIntLE(299, 24, 3);
      bytes.writeUIntLE(199, 27, 3);
    }),
    { width: 300, height: 200 },
  ],
  ['JPEG', jpeg(1024, 768, 5000), { width: 1024, height: 768 }],
  ['JPEG with a large preview', jpeg(1024, 768, 60_000), { width: 1024, height: 768 }],
  ['JPEG whose size is not there', jpeg(1024, 768, 100).subarray(0, 60), undefined],
  ['JPEG of tables only', jpeg(1024, 768, 100, 0xc4), undefined],
  ['text', Buffer.from('hello'), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('%s', (_name, bytes, size) => {
  expect(readImageSize(bytes.toString('base64'))).toEqual(size);
});

test('arbitrary bytes never throw', () => {
  const heads = fc.constantFrom('', '/9j/', 'iVBORw0KGgo', 'R0lGODlh', 'UklGRgAAAABXRUJQVlA4');
  fc.assert(fc.property(heads, fc.base64String(), (head, rest) => void readImageSize(head + rest)));
});
