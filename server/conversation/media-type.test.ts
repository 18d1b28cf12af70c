import { describe, expect, test } from 'vitest';
import { imageTypeOf } from './media-type.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB';
const bytes = (text: string) => Buffer.from(text, 'latin1').toString('base64');

describe('the type of an image', () => {
  test.each([
    ['what it says', 'image/png', png, 'image/png'],
    ['a PNG that is called a JPEG', 'image/jpeg', png, 'image/png'],
    ['a JPEG that is called a PNG', 'image/png', bytes('\u00ff\u00d8\u00ff\u00e0abcdefghijkl'), 'image/jpeg'],
    ['a GIF', 'application/octet-stream', bytes('GIF89a.......'), 'image/gif'],
    ['a WebP', 'image/png', bytes('RIFF\u0001\u0002\n\u0003WEBPVP8 '), 'image/webp'],
    ['a name that vendors do not know', 'image/jpg', bytes('anything else'), 'image/jpeg'],
    ['what nobody knows', 'image/heic', bytes('....ftypheic'), 'image/heic'],
    ['a name of every object', 'constructor', bytes('anything else'), 'constructor'],
    ['nothing', 'image/png', '', 'image/png'],
  ])('%s', (_name, mediaType, data, expected) => {
    expect(imageTypeOf({ type: 'base64', mediaType, data })).toBe(expected);
  });
});
