import { describe, expect, test } from 'vitest';
import { isPlainMediaUrl, readFileData, readMedia, toStandardBase64 } from './read-media.ts';

describe('base64', () => {
  test.each([
    ['aWtp', 'aWtp'],
    ['_-8=', '/+8='],
    ['_-8', '/+8='],
    ['aWs', 'aWs='],
    ['aWtp\r\naWtp\n', 'aWtpaWtp'],
    ['aWtp aQ', 'aWtpaQ=='],
    ['', ''],
    ['not base64!!', 'notbase64!!='],
  ])('%j is %j', (data, standard) => {
    expect(toStandardBase64(data)).toBe(standard);
    expect(toStandardBase64(standard)).toBe(standard);
  });

  test('of a data URL, wherever it is', () => {
    const source = { type: 'base64', mediaType: 'image/png', data: '/+8=' };
    expect(readMedia('data:image/png;base64,_-8')).toEqual(source);
    expect(readFileData('data:IMAGE/PNG;base64,_-8', 'image/jpeg')).toEqual(source);
    expect(readFileData('_-\n8', 'image/png')).toEqual(source);
    expect(readFileData('https://example.com/a.png', 'image/png')).toEqual({
      type: 'url',
      url: 'https://example.com/a.png',
    });
  });

  test('of an image without its header', () => {
    const source = { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' };
    expect(readMedia('iVBORw0KGgo')).toEqual(source);
    expect(readMedia('/9j/4AAQ')).toMatchObject({ type: 'base64', mediaType: 'image/jpeg' });
    expect(readMedia('_9j_4AAQ')).toEqual({ type: 'base64', mediaType: 'image/jpeg', data: '/9j/4AAQ' });
    const webp = Buffer.from('RIFF\x10\0\0\0WEBPVP8 ').toString('base64');
    expect(readMedia(webp)).toMatchObject({ type: 'base64', mediaType: 'image/webp' });
    // Another file of the same container format.
    const sound = Buffer.from('RIFF\x10\0\0\0WAVEfmt ').toString('base64');
    expect(readMedia(sound)).toEqual({ type: 'url', url: sound });
    expect(isPlainMediaUrl('iVBORw0KGgo=')).toBe(false);
  });

  test('that is standard is relayed', () => {
    expect(isPlainMediaUrl('data:image/png;base64,/+8=')).toBe(true);
    expect(isPlainMediaUrl('https://example.com/_-8')).toBe(true);
    expect(isPlainMediaUrl('data:image/png;base64,_-8=')).toBe(false);
    expect(isPlainMediaUrl('data:image/png;base64,/+8')).toBe(false);
  });
});
