import { anthropicMessages, messagesShapes } from './anthropic-messages/index.ts';
import type { Dialect } from './dialect.ts';
import { googleExtraBody } from './gemini/extra-body.ts';
import { gemini } from './gemini/index.ts';
import { thinkingSwitches } from './openai/thinking-switch.ts';
import { createOpenaiChat } from './openai-chat/index.ts';
import { createChatShape } from './openai-chat/shape.ts';
import { createOpenaiResponses } from './openai-responses/index.ts';
import { hostedToolReader, responsesShape } from './openai-responses/shape.ts';

const foreign = [thinkingSwitches, messagesShapes, hostedToolReader, googleExtraBody];

/** All supported APIs. The first one is used for errors when the client's API is unknown. */
export const dialects: readonly [Dialect, ...Dialect[]] = [
  createOpenaiChat(foreign, responsesShape),
  anthropicMessages,
  createOpenaiResponses(createChatShape(foreign)),
  gemini,
];
