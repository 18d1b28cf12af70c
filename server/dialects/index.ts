import type { Dialect } from './dialect.ts';
import { openaiChat } from './openai-chat/index.ts';

/** Every client API that the gateway speaks. */
export const dialects: readonly Dialect[] = [openaiChat];
