import { describe, expect, test } from 'vitest';
import { Failure } from '../../conversation/failure.ts';
import { asByteString } from '../../lib/byte-string.ts';
import { createStreamWriter, habitsOf, type StreamForm, type StreamHabits } from './stream-writer.ts';

/** A stream of two chunks with heartbeats wherever one may be. */
function write(form: StreamForm, habits?: StreamHabits): string {
  const writer = createStreamWriter(form, habits);
  const chunks = ['{"a":1}', '{"b":"[2]"}'].map(asByteString);
  const pieces = [writer.heartbeat(), ...chunks.flatMap((chunk) => [writer.write(chunk), writer.heartbeat()])];
  return [...pieces, writer.end()].join('');
}

/**
 * What the libraries make of a stream. Each throws at what it cannot read.
 * Go: https://github.com/googleapis/go-genai/blob/main/api_client.go
 * Python: https://github.com/googleapis/python-genai/blob/main/google/genai/_api_client.py
 * Older JavaScript: https://github.com/google-gemini/deprecated-generative-ai-js/blob/main/src/requests/stream-reader.ts
 */
const readers: Readonly<Record<string, (stream: string) => unknown[]>> = {
  'google-genai-sdk/1.40.0 gl-go/go1.25': (stream) =>
    stream.split('\n\n').flatMap((block) => {
      if (block === '') return [];
      if (!block.startsWith('data:')) throw new Error(`invalid stream chunk: ${block}`);
      return [JSON.parse(block.slice('data:'.length))];
    }),
  'google-genai-sdk/1.60.0 gl-python/3.13': (stream) =>
    stream
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line.replace(/^data: /, ''))),
  'genai-js/0.24.1': (stream) => {
    const values: unknown[] = [];
    let rest = stream;
    for (let match = /^data: (.*)\n\n/.exec(rest); match !== null; match = /^data: (.*)\n\n/.exec(rest)) {
      values.push(JSON.parse(match[1] ?? ''));
      rest = rest.slice(match[0].length);
    }
    if (rest.trim() !== '') throw new Error('Failed to parse stream');
    return values;
  },
};

describe('events with heartbeats', () => {
  test.each(Object.entries(readers))('are read by %s', (library, read) => {
    const stream = write('events', habitsOf({ headers: { 'x-goog-api-client': library } }));
    expect(read(stream)).toEqual([{ a: 1 }, { b: '[2]' }]);
  });

  test('have comments for other clients', () => {
    expect(
      write('events', habitsOf({ headers: {} }))
        .split('\n\n')
        .slice(0, 3),
    ).toEqual([': heartbeat', 'data: {"a":1}', ': heartbeat']);
  });
});

describe('a failure at the end of a stream', () => {
  const failure = new Failure('upstream-unavailable', 'It broke.');
  const error = { error: { code: 502, message: 'It broke.', status: 'UNAVAILABLE' } };
  const fail = (library?: string) =>
    createStreamWriter(
      'events',
      habitsOf({ headers: library === undefined ? {} : { 'x-goog-api-client': library } }),
    ).fail(failure);

  test('is an event, or the last item of an array', () => {
    expect(fail()).toBe(`data: ${JSON.stringify(error)}\n\n`);
    expect(JSON.parse(createStreamWriter('array').fail(failure))).toEqual([error]);
  });

  test('also stands alone for libraries that ignore events with errors', () => {
    const [event = '', rest = ''] = fail('google-genai-sdk/1.52.0 gl-node/v20.20.2').split('\n\n');
    expect(JSON.parse(event.slice('data: '.length))).toEqual(error);
    // Without a blank line, it is left over at the end, at which they throw.
    expect(rest).toBe(`${JSON.stringify(error)}\n`);
  });

  test('is the reason of a blocked prompt for the library whose streams must not fail', () => {
    const library = 'genai-js/0.24.1';
    const promptFeedback = { blockReason: 'OTHER', blockReasonMessage: 'It broke.' };
    expect(readers[library]?.(fail(library))).toEqual([{ ...error, promptFeedback }]);
  });
});

test('an array with heartbeats is JSON from its first byte to its last', () => {
  const stream = write('array');
  expect(stream).toMatch(/^\[\n\{[\s\S]*\]$/);
  expect(JSON.parse(stream)).toEqual([{ a: 1 }, { b: '[2]' }]);
  expect(createStreamWriter('array').end()).toBe('[]');
});
