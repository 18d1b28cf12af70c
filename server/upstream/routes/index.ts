import { createBedrockAnthropicRoute } from './bedrock-anthropic/index.ts';
import { createGeminiChatRoute } from './gemini-chat/index.ts';
import { createOpenaiChatRoute } from './openai-chat/index.ts';
import { createOpenaiResponsesRoute } from './openai-responses/index.ts';
import type { UpstreamRoute } from './route.ts';
import { createUnifiedRoute } from './unified/index.ts';
import { createVertexAnthropicRoute } from './vertex-anthropic/index.ts';
import { createVertexGeminiRoute } from './vertex-gemini/index.ts';

const routes: readonly UpstreamRoute[] = [
  createVertexAnthropicRoute(),
  createBedrockAnthropicRoute(),
  createVertexGeminiRoute(),
  createGeminiChatRoute(),
  createOpenaiChatRoute(),
  createOpenaiResponsesRoute(),
  createUnifiedRoute(),
];

/** Every supported route of the Atlassian AI Gateway, by name. */
export const upstreamRoutes: ReadonlyMap<string, UpstreamRoute> = new Map(routes.map((route) => [route.name, route]));
