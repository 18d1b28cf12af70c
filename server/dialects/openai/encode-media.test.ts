import { expect, test } from 'vitest';
import { audioFormatOf } from './encode-media.ts';

test.each([
  ['audio/mp3', 'mp3'],
  ['audio/mpeg', 'mp3'],
  ['audio/x-wav', 'wav'],
  ['Audio/WAV; codecs=1', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/flac', 'flac'],
])('%s is sent to OpenAI as %s', (mediaType, format) => {
  expect(audioFormatOf(mediaType)).toBe(format);
});
