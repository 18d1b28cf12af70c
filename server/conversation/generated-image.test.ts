import { describe, expect, test } from 'vitest';
import { describeGeneratedImage, moveGeneratedImages } from './generated-image.ts';
import type { ImagePart, Message, Part } from './message.ts';
import { TranslationLog } from './translation.ts';

const image: ImagePart = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } };
const text = (words: string): Part => ({ type: 'text', text: words });
const intro = text('(The assistant generated this image:)');
const user: Message = { role: 'user', parts: [text('more')] };

test.each([
  [image.source, '[The model generated an image (image/png, 8 bytes). X cannot show it.]'],
  [
    { type: 'url', url: 'https://example.com/a.png' } as const,
    '[The model generated an image: https://example.com/a.png]',
  ],
])('an image is described', (source, words) => {
  expect(describeGeneratedImage(source, 'X')).toBe(words);
});

describe('images in assistant messages', () => {
  const move = (messages: readonly Message[]) => moveGeneratedImages(messages, new TranslationLog());

  test('none: nothing changes', () => {
    const messages: Message[] = [user, { role: 'assistant', parts: [text('a')] }, { role: 'user', parts: [image] }];
    expect(move(messages)).toBe(messages);
    const own: Message[] = [{ role: 'assistant', parts: [image] }];
    expect(moveGeneratedImages(own, new TranslationLog(), () => true)).toBe(own);
  });

  test.each<readonly [string, readonly Message[], readonly Message[]]>([
    [
      'move to the next user message',
      [{ role: 'assistant', parts: [text('a'), image] }, user],
      [
        { role: 'assistant', parts: [text('a')] },
        { role: 'user', parts: [intro, image, text('more')] },
      ],
    ],
    [
      'follow the results of tools',
      [
        { role: 'assistant', parts: [image, { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
        { role: 'user', parts: [{ type: 'tool-result', callId: 'c', parts: [] }, text('more')] },
      ],
      [
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
        { role: 'user', parts: [{ type: 'tool-result', callId: 'c', parts: [] }, intro, image, text('more')] },
      ],
    ],
    [
      'get a message of their own if none follows, and the turn stays',
      [user, { role: 'assistant', parts: [image] }],
      [user, { role: 'assistant', parts: [text('(Image generated.)')] }, { role: 'user', parts: [intro, image] }],
    ],
    [
      'do not take the proof of another part along',
      [
        {
          role: 'assistant',
          parts: [{ type: 'reasoning', text: '', proof: { dialect: 'd', value: 'v', of: 'next' } }, image, text('a')],
        },
        user,
      ],
      [
        { role: 'assistant', parts: [text('a')] },
        { role: 'user', parts: [intro, image, text('more')] },
      ],
    ],
    [
      'become texts if a user message cannot contain them',
      [
        {
          role: 'assistant',
          parts: [
            { type: 'image', source: { type: 'url', url: 'https://example.com/a' } },
            { type: 'image', source: { type: 'base64', mediaType: 'image/avif', data: 'AAAA' } },
          ],
        },
        user,
      ],
      [
        { role: 'assistant', parts: [text('(Image generated.)')] },
        {
          role: 'user',
          parts: [
            text('(The assistant generated this image: https://example.com/a)'),
            text('(The assistant generated an image of the type image/avif.)'),
            text('more'),
          ],
        },
      ],
    ],
  ])('%s', (_, given, expected) => {
    expect(move(given)).toEqual(expected);
  });
});
