/** The thinking capabilities of a Gemini model. */
export type GeminiThinking = {
  readonly thinks: boolean;
  /** Allowed thinking budgets in tokens, besides 0 (off) and -1 (dynamic). Null if the model accepts no budget. */
  readonly budget: { readonly minimum: number; readonly maximum: number } | null;
  readonly canBeOff: boolean;
  readonly takesLevel: boolean;
  /** Whether calls of the current turn need their thought signatures. */
  readonly needsSignatures: boolean;
  /** Tokens below which no prefix is cached. */
  readonly minCached: number;
};

/**
 * A model's capabilities by its id, from the vendor's documentation. A model without a version in its name behaves like
 * 2.5 Flash, `sim-gemini-3` like Gemini 3.
 */
export function thinkingOf(model: string): GeminiThinking {
  const match = /gemini-(\d+)(?:\.(\d+))?-?(pro|flash)?/.exec(model);
  const version = match === null ? 2.5 : Number(`${match[1]}.${match[2] ?? 0}`);
  const isPro = match?.[3] === 'pro';
  return {
    thinks: version >= 2.5,
    budget: version < 2.5 ? null : isPro ? { minimum: 128, maximum: 32_768 } : { minimum: 1, maximum: 24_576 },
    canBeOff: !isPro && version < 3,
    takesLevel: version >= 3,
    needsSignatures: version >= 3,
    minCached: isPro || version >= 3 ? 4096 : 1024,
  };
}

/** The documented placeholder for a thought signature that the client does not have. */
export const signatureSentinels: ReadonlySet<unknown> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
]);
