import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../conversation/failure.ts';
import { asByteString } from '../../lib/byte-string.ts';
import { parseJson } from '../../lib/json.ts';
import { emptyParts } from './answer-parts.ts';
import { type ClientLibrary, createStreamWriter, readLibrary, type StreamForm } from './stream-writer.ts';

/** A stream of two chunks with heartbeats wherever one may be. */
function write(form: StreamForm, library?: ClientLibrary, failure?: Failure): string {
  const writer = createStreamWriter(form, library);
  const chunks = ['{"a":1}', '{"b":"[2]"}'].map(asByteString);
  const pieces = [writer.heartbeat(), ...chunks.flatMap((chunk) => [writer.write(chunk), writer.heartbeat()])];
  const failed = failure === undefined ? [] : [writer.writeError(failure)];
  return [...pieces, ...failed, writer.end()].join('');
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
      if (!block.startsWith('data:')) throw new Error(`error: ${block}`);
      return [JSON.parse(block.slice('data:'.length))];
    }),
  'google-genai-sdk/1.60.0 gl-python/3.13': (stream) =>
    stream
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const json = line.replace(/^data: /, '');
        if (json.startsWith('{"error":')) throw new Error(`error: ${json}`);
        return JSON.parse(json);
      }),
  'genai-js/0.24.1': (stream) => {
    const values: unknown[] = [];
    let rest = stream;
    for (let match = /^data: (.*)\n\n/.exec(rest); match !== null; match = /^data: (.*)\n\n/.exec(rest)) {
      values.push(JSON.parse(match[1] ?? ''));
      rest = rest.slice(match[0].length);
    }
    if (rest.trim() !== '') throw new Error(`Failed to parse stream: ${rest}`);
    return values;
  },
};

describe('events with heartbeats', () => {
  test.each(Object.entries(readers))('are read by %s', (library, read) => {
    const stream = write('events', readLibrary({ headers: { 'x-goog-api-client': library } }));
    expect(read(stream)).toEqual([{ a: 1 }, { b: '[2]' }]);
  });

  const failure = new Failure('upstream-unavailable', 'It broke.');
  const error = { error: { code: 502, message: 'It broke.', status: 'UNAVAILABLE' } };
  const failFor = (library: string) =>
    write('events', readLibrary({ headers: { 'x-goog-api-client': library } }), failure);

  test.each(Object.entries(readers))('that break off are an error for %s', (library, read) => {
    const attempt = () => {
      const last = z
        .object({ promptFeedback: z.object({ blockReasonMessage: z.string() }) })
        .parse(read(failFor(library)).at(-1));
      // At which `text()` of the older library for JavaScript throws.
      throw new Error(`error: ${last.promptFeedback.blockReasonMessage}`);
    };
    expect(attempt).toThrow(/^error: .*It broke\./);
  });

  test('that break off have the error in both forms for libraries that read either', () => {
    const [rest = '', event = ''] = failFor('google-genai-sdk/1.52.0 gl-node/v20').split('\n\n').reverse();
    expect(JSON.parse(event.slice('data: '.length))).toEqual(error);
    expect(rest).toBe(`${JSON.stringify(error)}\n`);
  });

  test('end without a part for the library that discards an answer with an empty text from its chats', () => {
    const ends = [...Object.keys(readers), undefined].map((library) => {
      const headers = library === undefined ? {} : { 'x-goog-api-client': library };
      return createStreamWriter('events', readLibrary({ headers })).emptyEnd;
    });
    expect(ends).toEqual([emptyParts, emptyParts, [], emptyParts]);
  });

  test('have blank lines for LiteLLM', () => {
    expect(write('events', readLibrary({ headers: { 'user-agent': 'litellm/1.85.0' } }))).not.toContain('heartbeat');
  });

  test('have comments for other clients', () => {
    expect(
      write('events', readLibrary({ headers: {} }))
        .split('\n\n')
        .slice(0, 3),
    ).toEqual([': heartbeat', 'data: {"a":1}', ': heartbeat']);
  });
});

test('an array with heartbeats is JSON from its first byte to its last', () => {
  const stream = write('array');
  expect(stream).toMatch(/^\[\n\{[\s\S]*\]$/);
  expect(JSON.parse(stream)).toEqual([{ a: 1 }, { b: '[2]' }]);
  expect(createStreamWriter('array').end()).toBe('[]');
});

/** As Continue reads an array: https://github.com/continuedev/continue/blob/main/core/llm/llms/Gemini.ts */
function readLikeContinue(pieces: readonly string[]): unknown[] {
  const values: unknown[] = [];
  let buffer = '';
  for (const piece of pieces) {
    buffer = (buffer + piece).replace(/^\[/, '').replace(/\]$/, '').replace(/^,/, '');
    const parts = buffer.split('\n,').map((part) => ({ part, value: parseJson(part) }));
    for (const { value } of parts) if (value !== undefined) values.push(value);
    buffer = parts.every(({ value }) => value !== undefined) ? '' : (parts.at(-1)?.part ?? '');
  }
  return values;
}

test('an array is read by clients that split it at its line breaks, however its pieces arrive', () => {
  const writer = createStreamWriter('array');
  const [first = '', ...later] = ['{"a":1}', '{"b":2}', '{"c":3}'].map((item) => writer.write(asByteString(item)));
  const pieces = [first, ...later, writer.end()];
  for (const arrived of [pieces, [pieces.join('')], [first + later.join(''), writer.end()]]) {
    expect(readLikeContinue(arrived)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  }
});
