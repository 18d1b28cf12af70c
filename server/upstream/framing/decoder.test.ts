import { EventStreamCodec } from '@smithy/core/event-streams';
import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { GeminiAnswerReader } from '../../dialects/gemini/decode-answer.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { createAnswerDecoder } from './decoder.ts';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);
const binary = (frame: object) =>
  Buffer.from(
    codec.encode({
      headers: { ':message-type': { type: 'string', value: 'event' } },
      body: Buffer.from(JSON.stringify(frame)),
    }),
  );

interface Form {
  readonly contentType: string;
  readonly encode: (frames: readonly object[]) => Buffer;
  /** What is unreadable behind the frames. */
  readonly rest: Buffer;
}

const forms: Readonly<Record<string, Form>> = {
  'server-sent events': {
    contentType: 'text/event-stream',
    encode: (frames) => Buffer.from(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')),
    rest: Buffer.from('data: {"usageMet'),
  },
  'a JSON array': {
    contentType: 'application/json',
    encode: (frames) => Buffer.from(JSON.stringify(frames).slice(0, -1)),
    rest: Buffer.from(',{"usageMet'),
  },
  'binary frames': {
    contentType: 'application/vnd.amazon.eventstream',
    encode: (frames) => Buffer.concat(frames.map(binary)),
    rest: binary({ usageMetadata: {} }).subarray(0, 20),
  },
};

function decode(contentType: string, pieces: readonly Uint8Array[]): ConversationEvent[] {
  const decoder = createAnswerDecoder({
    newId: () => 'new',
    secrets: [],
    frames: undefined,
    contentType,
    createReader: (options) => new GeminiAnswerReader(options),
  });
  return [...pieces.flatMap((piece) => decoder.decode(piece)), ...decoder.end()];
}

const frame = (text: string, finishReason?: string) => ({
  candidates: [{ content: { parts: [{ text }] }, ...withoutUndefined({ finishReason }) }],
});

describe.each(Object.entries(forms))('%s', (_name, { contentType, encode, rest }) => {
  test('give the same events wherever they are split', () => {
    const body = encode([frame('a'), frame('b', 'STOP')]);
    const whole = decode(contentType, [body]);
    expect(whole.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    expect(
      decode(
        contentType,
        [...body].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole);
  });

  test('that break off before the end of the answer are a failure', () => {
    expect(decode(contentType, [encode([frame('a')]), rest]).at(-1)).toMatchObject({ type: 'failure' });
  });

  test('that break off behind the end of the answer are an answer', () => {
    const events = decode(contentType, [encode([frame('a', 'STOP')]), rest]);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('with a long frame in many pieces take linear time', () => {
    const body = encode([frame('x'.repeat(8_000_000), 'STOP')]);
    const pieces = Array.from({ length: body.length / 4000 + 1 }, (_, index) =>
      body.subarray(index * 4000, (index + 1) * 4000),
    );
    // Quadratic time would be many seconds.
    expect(decode(contentType, pieces).at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });
});
