import { anthropicMessages, messagesShapes } from './anthropic-messages/index.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini/index.ts';
import { createOpenaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';

/** Every API that the gateway speaks. The first one's words are for whom no API can be told. */
export const dialects: readonly [Dialect, ...Dialect[]] = [
  createOpenaiChat([messagesShapes]),
  anthropicMessages,
  openaiResponses,
  gemini,
];
