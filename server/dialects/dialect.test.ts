import { expectTypeOf, test } from 'vitest';
import { type ByteString, encodeJson } from '../lib/byte-string.ts';
import type { AnswerEncoders, StreamEncoder } from './dialect.ts';

// The type check is the test: texts may be undecoded UTF-8, and JSON.stringify would encode them twice.
test('an encoder that answers with the text of JSON.stringify does not compile', () => {
  expectTypeOf(JSON.stringify).returns.not.toExtend<ReturnType<AnswerEncoders['encodeAnswer']>>();
  expectTypeOf(JSON.stringify).returns.not.toExtend<ReturnType<StreamEncoder['push']>>();
  expectTypeOf(encodeJson).returns.toEqualTypeOf<ByteString>();
  const answering = { encodeAnswer: () => JSON.stringify({}) };
  expectTypeOf(answering).not.toExtend<Pick<AnswerEncoders, 'encodeAnswer'>>();
});
