/** The capabilities and restrictions of an Anthropic model. */
export type Capabilities = {
  /** Whether `thinking: {type: "enabled", budget_tokens}` is accepted. */
  readonly thinksByBudget: boolean;
  /** Whether `thinking: {type: "adaptive"}` is accepted. */
  readonly thinksAdaptively: boolean;
  /** Whether thinking is returned without its text unless the request asks for it. */
  readonly omitsThinking: boolean;
  /** Whether `temperature` and `top_p` are accepted: both, one of them, or none. */
  readonly sampling: 'both' | 'one' | 'none';
  /** Whether the conversation may end with an assistant message. */
  readonly takesPrefill: boolean;
  readonly maxOutput: number;
  /** Tokens below which no prefix is cached. */
  readonly minCached: number;
};

/** For models with an unknown name, such as `sim-model`: everything is allowed. */
const unnamed: Capabilities = {
  thinksByBudget: true,
  thinksAdaptively: true,
  omitsThinking: false,
  sampling: 'both',
  takesPrefill: true,
  maxOutput: 128_000,
  minCached: 1024,
};

/**
 * The capabilities of a model by any of its ids, from the vendor's documentation and from reported errors: extended
 * thinking since 3.7, adaptive thinking since 4.6. Since 4.7, only adaptive thinking is supported, and no sampling
 * parameters.
 */
export function capabilitiesOf(model: string): Capabilities {
  const named = readName(model);
  if (named === null) return unnamed;
  const { family, version } = named;
  return {
    thinksByBudget: version >= 3.7 && version < 4.7,
    thinksAdaptively: version >= 4.6,
    omitsThinking: version >= 4.7,
    sampling: version >= 4.7 ? 'none' : version >= 4.1 ? 'one' : 'both',
    takesPrefill: version < 4.6,
    maxOutput: maxOutput(family, version),
    minCached: minCached(family, version),
  };
}

/** Reads `claude-opus-4-6`, `anthropic.claude-sonnet-4-20250514-v1:0`, `claude-3-5-sonnet-v2@20241022`. */
function readName(model: string): { readonly family: string; readonly version: number } | null {
  const modern = /claude-(opus|sonnet|haiku)-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model);
  if (modern !== null) return { family: modern[1] ?? '', version: Number(`${modern[2]}.${modern[3] ?? 0}`) };
  const old = /claude-(\d+)(?:-(\d{1,2}))?-(opus|sonnet|haiku)/.exec(model);
  return old === null ? null : { family: old[3] ?? '', version: Number(`${old[1]}.${old[2] ?? 0}`) };
}

function maxOutput(family: string, version: number): number {
  if (version < 3.7) return 8192;
  if (version >= 4.6) return 128_000;
  return family === 'opus' && version < 4.5 ? 32_000 : 64_000;
}

function minCached(family: string, version: number): number {
  if (family === 'haiku') return version < 4 ? 2048 : 4096;
  if (family === 'opus') return version >= 4.5 ? 4096 : 1024;
  return version >= 4.6 ? 2048 : 1024;
}
