import { expectTypeOf, test } from 'vitest';
import { type ByteString, encodeJson } from '../lib/byte-string.ts';
import type { AnswerEncoders, StreamEncoder } from './dialect.ts';

// The type check is the test. Texts may be undecoded UTF-8, which JSON.stringify would encode twice.
test('an encoder that returns the text of JSON.stringify does not compile', () => {
  expectTypeOf(JSON.stringify).returns.not.toExtend<ReturnType<AnswerEncoders['encodeAnswer']>>();
  expectTypeOf(JSON.stringify).returns.not.toExtend<ReturnType<StreamEncoder['encode']>>();
  expectTypeOf(encodeJson).returns.toEqualTypeOf<ByteString>();
  const answering = { encodeAnswer: () => JSON.stringify({}) };
  expectTypeOf(answering).not.toExtend<Pick<AnswerEncoders, 'encodeAnswer'>>();
});
