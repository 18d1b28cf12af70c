/** US dollars per million tokens at list price; a price is absent where the vendor has none. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** List prices, with a second tier if long prompts cost more. The tier applies to the whole request. */
export interface ModelPrices extends TokenPrices {
  readonly longPrompt?: TokenPrices & {
    /** The tier applies above this many input tokens, including cached ones. */
    readonly above: number;
  };
}

/** A builtin model, enabled unless the admin disables it. */
export interface BuiltinModel {
  /** The vendor label, a colon, and the model's id on the upstream. */
  readonly id: string;
  /** Tokens; null when the vendor has not published it. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  /** Whether the model supports thinking. */
  readonly thinking: boolean;
  readonly prices: ModelPrices | null;
}

// The upstream has no route that lists models; these ids come from its own clients. Prices are vendors' list prices.
// biome-ignore format: one model a line
export const builtinModels: readonly BuiltinModel[] = [
  { id: 'anthropic:claude-3-5-sonnet-v2@20241022', contextWindow: 200_000, maxOutputTokens: 8_192, thinking: false, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'anthropic:claude-3-7-sonnet@20250219', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'anthropic:claude-sonnet-4@20250514', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'anthropic:claude-opus-4@20250514', contextWindow: 200_000, maxOutputTokens: 32_000, thinking: true, prices: { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 } },
  { id: 'google:gemini-2.0-flash-001', contextWindow: 1_048_576, maxOutputTokens: 8_192, thinking: false, prices: { input: 0.1, output: 0.4, cacheRead: 0.025 } },
  { id: 'google:gemini-2.5-pro-preview-03-25', contextWindow: 1_048_576, maxOutputTokens: 65_536, thinking: true, prices: { input: 1.25, output: 10, cacheRead: 0.125, longPrompt: { above: 200_000, input: 2.5, output: 15, cacheRead: 0.25 } } },
  { id: 'google:gemini-2.5-flash-preview-04-17', contextWindow: 1_048_576, maxOutputTokens: 65_536, thinking: true, prices: { input: 0.3, output: 2.5, cacheRead: 0.03 } },
  { id: 'bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0', contextWindow: 200_000, maxOutputTokens: 8_192, thinking: false, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'bedrock:anthropic.claude-3-7-sonnet-20250219-v1:0', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'bedrock:anthropic.claude-sonnet-4-20250514-v1:0', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'bedrock:anthropic.claude-opus-4-20250514-v1:0', contextWindow: 200_000, maxOutputTokens: 32_000, thinking: true, prices: { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 } },
  { id: 'anthropic:claude-sonnet-4-5@20250929', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'anthropic:claude-haiku-4-5@20251001', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 } },
  { id: 'anthropic:claude-opus-4-5@20251101', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } },
  { id: 'anthropic:claude-sonnet-4-6', contextWindow: 1_000_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  { id: 'bedrock:anthropic.claude-haiku-4-5-20251001-v1:0', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 } },
  { id: 'bedrock:anthropic.claude-opus-4-5-20251101-v1:0', contextWindow: 200_000, maxOutputTokens: 64_000, thinking: true, prices: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } },
  { id: 'google:gemini-2.5-pro', contextWindow: 1_048_576, maxOutputTokens: 65_536, thinking: true, prices: { input: 1.25, output: 10, cacheRead: 0.125, longPrompt: { above: 200_000, input: 2.5, output: 15, cacheRead: 0.25 } } },
  { id: 'google:gemini-2.5-flash', contextWindow: 1_048_576, maxOutputTokens: 65_536, thinking: true, prices: { input: 0.3, output: 2.5, cacheRead: 0.03 } },
  { id: 'google:gemini-3-flash-preview', contextWindow: 1_048_576, maxOutputTokens: 65_536, thinking: true, prices: { input: 0.5, output: 3, cacheRead: 0.05 } },
  { id: 'openai:gpt-5-2025-08-07', contextWindow: 400_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 1.25, output: 10, cacheRead: 0.125 } },
  { id: 'openai:gpt-5.1', contextWindow: 400_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 1.25, output: 10, cacheRead: 0.125 } },
  { id: 'openai:gpt-5.2-latest', contextWindow: 400_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 1.75, output: 14, cacheRead: 0.175 } },
  { id: 'openai:gpt-5.2-codex', contextWindow: 400_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 1.75, output: 14, cacheRead: 0.175 } },
  { id: 'openai:gpt-5.4-2026-03-05', contextWindow: 1_050_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 2.5, output: 15, cacheRead: 0.25, longPrompt: { above: 272_000, input: 5, output: 22.5, cacheRead: 0.5 } } },
  { id: 'anthropic:claude-opus-4-6', contextWindow: 1_000_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } },
  { id: 'bedrock:anthropic.claude-opus-4-6-v1', contextWindow: 1_000_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } },
  { id: 'openai:gpt-5-latest', contextWindow: 400_000, maxOutputTokens: 128_000, thinking: true, prices: { input: 1.25, output: 10, cacheRead: 0.125 } },
  { id: 'openai:gpt-5.6-luna', contextWindow: null, maxOutputTokens: null, thinking: true, prices: null },
];
