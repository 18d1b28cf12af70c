import { chatClient } from './chat.ts';
import { geminiClient } from './gemini.ts';
import { messagesClient } from './messages.ts';
import { responsesClient } from './responses.ts';

/** One model per upstream family. */
export const models = {
  Claude: 'anthropic:claude-sonnet-4-5@20250929',
  Gemini: 'google:gemini-2.5-pro-preview-03-25',
  GPT: 'openai:gpt-5.1',
} as const;

/** All combinations of client APIs and families. */
export const pairs = [chatClient, messagesClient, responsesClient, geminiClient].flatMap((client) =>
  (['Claude', 'Gemini', 'GPT'] as const).map((family) => ({ client, family, name: client.name })),
);
