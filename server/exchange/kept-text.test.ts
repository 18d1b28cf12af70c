import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationEvent, JsonLiteral, TextKind } from '../conversation/events.ts';
import { asByteString, encodeJson } from '../lib/byte-string.ts';
import { KeptText } from './kept-text.ts';

function literals(...texts: string[]): ConversationEvent {
  const quoted = texts.map((text) => asByteString(encodeJson(text).slice(1, -1)) as JsonLiteral);
  return { type: 'block-literals', choice: 0, block: 0, literals: quoted };
}

function delta(kind: TextKind, text: string): ConversationEvent {
  return { type: 'block-delta', choice: 0, block: 0, kind, text };
}

describe('KeptText', () => {
  it('returns all the text, whatever form it arrived in', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const event = fc.oneof(
      fc
        .array(text, { minLength: 1, maxLength: 4 })
        .map((texts) => ({ event: literals(...texts), text: texts.join('') })),
      text.map((one) => ({ event: delta('text', one), text: one })),
      text.map((one) => ({ event: delta('reasoning', one), text: one })),
      fc.constant({ event: { type: 'finish', choice: 0, reason: 'stop' } as const, text: '' }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const kept = new KeptText({ isLogged: true });
        for (const one of events) kept.add(one.event);
        expect(kept.read()).toBe(events.map((one) => one.text).join(''));
      }),
    );
  });

  it('keeps only the beginning of a long answer', () => {
    const piece = 'x'.repeat(1000);
    for (const [isLogged, most] of [
      [false, 5000],
      [true, 394_000],
    ] as const) {
      const kept = new KeptText({ isLogged });
      for (let count = 0; count < 1000; count += 4) kept.add(literals(piece, piece, piece, piece));
      expect(kept.read()).toBe('x'.repeat(most));
      expect(kept.proportion).toBeCloseTo(1_000_000 / most);
    }
  });
});
