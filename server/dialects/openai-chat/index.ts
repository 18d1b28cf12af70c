import type { Dialect } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeFailure } from './encode-failure.ts';
import { encodeResult } from './encode-result.ts';
import { createStreamEncoder } from './encode-stream.ts';

/** OpenAI's Chat Completions API. */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  decodeRequest,
  encodeResult,
  createStreamEncoder,
  encodeFailure,
};
