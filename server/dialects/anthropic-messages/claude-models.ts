/**
 * What Claude models support, by family and version. Sources: observations of the Atlassian gateway, and the migration
 * guides of Opus 4.7, Sonnet 5 and Opus 5.5 (https://platform.claude.com/docs/en/models).
 */
export interface ClaudeTraits {
  /**
   * How thinking is requested. `budget`: `enabled` with a number of tokens. `either`: that or `adaptive`. `adaptive`:
   * the model decides, and budgets are rejected.
   */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive';
  /** The model thinks if the request does not mention thinking. */
  readonly thinksByDefault: boolean;
  /** `thinking: {type: "disabled"}` is supported. */
  readonly thinkingCanBeOff: boolean;
  /** Support for `temperature` and `top_p`: `both` at once, only `one` of them, or `none` (and no `top_k`). */
  readonly sampling: 'both' | 'one' | 'none';
  /** `tool_choice` may force a call. */
  readonly forcedToolChoice: boolean;
  /** The conversation may end with an assistant message that the model continues. */
  readonly prefill: boolean;
  /** `output_config.format` is supported. */
  readonly structuredOutput: boolean;
  /** `output_config.effort` is supported. */
  readonly effort: boolean;
  /** The shortest prefix that the prompt cache stores, in tokens. */
  readonly minCachedTokens: number;
  /** The limit on output tokens, for models whose limit is not in the catalogue. */
  readonly maxOutputTokens: number;
}

/**
 * @param refused what the model was observed to refuse, in the format of `MessagesTarget.refusedMembers`
 */
export function claudeTraitsOf(model: string, refused: ReadonlySet<string> = new Set()): ClaudeTraits {
  const traits = traitsByName(model);
  return refused.size === 0 ? traits : withRefusals(traits, refused);
}

function withRefusals(traits: ClaudeTraits, refused: ReadonlySet<string>): ClaudeTraits {
  const thinking = withoutRefusedThinking(traits.thinking, refused);
  return {
    ...traits,
    thinking,
    thinkingCanBeOff: traits.thinkingCanBeOff && !refused.has('thinking.type=disabled'),
    effort: (traits.effort || thinking === 'adaptive') && !refused.has('output_config.effort'),
    prefill: traits.prefill && !refused.has('messages.prefill'),
  };
}

/** A model that refuses one form of thinking takes the other one. */
function withoutRefusedThinking(
  thinking: ClaudeTraits['thinking'],
  refused: ReadonlySet<string>,
): ClaudeTraits['thinking'] {
  const refusesBudget = refused.has('thinking.type=enabled');
  const refusesAdaptive = refused.has('thinking.type=adaptive');
  if (thinking === 'none' || (refusesBudget && refusesAdaptive)) return 'none';
  if (refusesBudget) return 'adaptive';
  return refusesAdaptive ? 'budget' : thinking;
}

function traitsByName(model: string): ClaudeTraits {
  const { family, version } = readClaudeName(model);
  const alwaysThinks = family === 'fable' ? version >= 501 : version >= 505;
  return {
    thinking: thinkingOf(family, version),
    thinksByDefault: version >= 500,
    thinkingCanBeOff: !alwaysThinks,
    sampling: samplingOf(version),
    forcedToolChoice: !alwaysThinks,
    prefill: version < 406,
    structuredOutput: version >= 405 || (family === 'opus' && version >= 401),
    effort: version >= 406 || (family === 'opus' && version >= 405),
    minCachedTokens: minCachedTokensOf(family, version),
    maxOutputTokens: outputLimitOf(family, version),
  };
}

function thinkingOf(family: string, version: number): ClaudeTraits['thinking'] {
  if (version < 307) return 'none';
  if (version < 406 || (family === 'haiku' && version < 500)) return 'budget';
  return version < 407 ? 'either' : 'adaptive';
}

function samplingOf(version: number): ClaudeTraits['sampling'] {
  if (version < 401) return 'both';
  return version < 407 ? 'one' : 'none';
}

/** The vendor's published limits, in tokens. */
function outputLimitOf(family: string, version: number): number {
  if (version >= 406) return 128_000;
  if (family === 'opus' && version >= 400 && version < 405) return 32_000;
  if (version >= 307) return 64_000;
  return version >= 305 ? 8192 : 4096;
}

/** In tokens (https://platform.claude.com/docs/en/build-with-claude/prompt-caching). */
function minCachedTokensOf(family: string, version: number): number {
  if (family === 'haiku') return version < 400 ? 2048 : 4096;
  if (family === 'opus') return version >= 405 ? 4096 : 1024;
  return version >= 406 ? 2048 : 1024;
}

interface ClaudeName {
  /** `sonnet`, `opus`, `haiku` or a later one; empty if the name does not contain it. */
  readonly family: string;
  /** 305 for 3.5, 410 for 4.10. A name without a version counts as 4.5. */
  readonly version: number;
}

/** `claude-sonnet-4-5@20250929`, `us.anthropic.claude-opus-4-6-v1`: since Claude 4, the family precedes the version. */
const familyFirst = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])/;
/** `claude-3-5-sonnet-v2@20241022`, `anthropic.claude-3-opus-20240229-v1:0` */
const versionFirst = /claude-(\d{1,2})(?:[-.](\d{1,2}))?-([a-z]+)/;

function readClaudeName(model: string): ClaudeName {
  const name = model.toLowerCase();
  const later = familyFirst.exec(name);
  if (later !== null) return { family: later[1] ?? '', version: toVersion(later[2], later[3]) };
  const earlier = versionFirst.exec(name);
  if (earlier !== null) return { family: earlier[3] ?? '', version: toVersion(earlier[1], earlier[2]) };
  return { family: '', version: 405 };
}

function toVersion(major: string | undefined, minor: string | undefined): number {
  return Number(major) * 100 + Number(minor ?? 0);
}

/** True for the id of a Claude model on any route. */
export function isClaudeModel(upstreamModel: string): boolean {
  return /^(?:[a-z-]{2,10}\.)?anthropic\.|^claude-/i.test(upstreamModel);
}
