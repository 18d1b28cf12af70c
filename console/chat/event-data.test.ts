import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventDataReader } from './event-data.ts';

function read(pieces: readonly string[]): string[] {
  const reader = createEventDataReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

describe('event data', () => {
  it('takes the data of each event, whatever the line ends', () => {
    expect(read(['data: a\n\ndata: b\r\n\r\ndata: c\r\r'])).toEqual(['a', 'b', 'c']);
  });

  it('joins several data lines and passes over comments and other fields', () => {
    expect(read([': heartbeat\n\nevent: x\nid: 1\ndata: one\ndata:two\n\n'])).toEqual(['one\ntwo']);
  });

  it('counts a last event that was not closed', () => {
    expect(read(['data: {"a":1}'])).toEqual(['{"a":1}']);
  });

  it('reads the same wherever the text is cut', () => {
    const text = 'data: 你好\r\n\r\n: note\n\ndata: b\ndata: c\n\ndata: [DONE]\n\n';
    const whole = read([text]);
    expect(whole).toEqual(['你好', 'b\nc', '[DONE]']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 6 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((place, index) => text.slice(places[index] ?? 0, place));
        expect(read(pieces)).toEqual(whole);
      }),
    );
  });
});
