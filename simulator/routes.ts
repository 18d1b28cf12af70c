import { anthropicWires } from './anthropic/messages.ts';
import { geminiChatWire } from './gemini/chat.ts';
import { geminiWire } from './gemini/gemini.ts';
import { openAiChatWire } from './openai/chat.ts';
import { openAiResponsesWire } from './openai/responses/wire.ts';
import { unifiedWire } from './unified/unified.ts';
import type { Wire } from './wire.ts';

export const gatewayPath = '/rovodev/v2/proxy/ai';
export const creditsPath = '/rovodev/v3/credits/check';
export const sitesPath = '/rovodev/v3/sites';

type ModelRoute = { readonly pattern: RegExp; readonly wire: Wire };

/** The model routes, all of them POST, relative to `gatewayPath`. Groups catch the model and the method. */
const modelRoutes: readonly ModelRoute[] = [
  { pattern: /^\/v2\/beta\/chat$/, wire: unifiedWire },
  { pattern: /^\/v1\/openai\/v1\/chat\/completions$/, wire: openAiChatWire },
  { pattern: /^\/v1\/openai\/v1\/responses$/, wire: openAiResponsesWire },
  { pattern: /^\/v1\/google\/publishers\/google\/v1\/chat\/completions$/, wire: geminiChatWire },
  {
    pattern: /^\/v1\/google\/v1\/publishers\/google\/models\/([^/]+):(generateContent|streamGenerateContent)$/,
    wire: geminiWire,
  },
  {
    pattern: /^\/v1\/google\/v1\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/,
    wire: anthropicWires.vertex,
  },
  { pattern: /^\/v1\/bedrock\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/, wire: anthropicWires.bedrock },
];

/** The wire that serves a path, with the captured parts of the path; null if there is none. */
export function findModelRoute(path: string): { readonly wire: Wire; readonly pathParts: readonly string[] } | null {
  if (!path.startsWith(gatewayPath)) return null;
  const rest = path.slice(gatewayPath.length);
  for (const { pattern, wire } of modelRoutes) {
    const match = pattern.exec(rest);
    if (match !== null) return { wire, pathParts: match.slice(1).map(decodePart) };
  }
  return null;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
