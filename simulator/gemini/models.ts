/** How one of Gemini's models thinks. */
export type GeminiThinking = {
  readonly thinks: boolean;
  /** Tokens that a budget may be; 0 (off) and -1 (dynamic) apart. Null when the model takes no budget. */
  readonly budget: { readonly minimum: number; readonly maximum: number } | null;
  readonly canBeOff: boolean;
  readonly takesLevel: boolean;
  /** Whether a call of the current turn must bring its thought signature back. */
  readonly needsSignatures: boolean;
  /** Tokens below which no prefix is cached. */
  readonly minimumCached: number;
};

/**
 * What the vendor's documentation says of a model by its id. A model whose name tells no version behaves like 2.5 flash,
 * `sim-gemini-3` like the third.
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
    minimumCached: isPro || version >= 3 ? 4096 : 1024,
  };
}

/** Stands in the place of a thought signature that the client does not have; the vendor documents it. */
export const SIGNATURE_SENTINELS: ReadonlySet<unknown> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
]);
