/**
 * What Claude models take, by family and version. Sources: the protocol notes (section 3) and the migration guides of
 * Opus 4.7, Sonnet 5 and Opus 5.5 (https://platform.claude.com/docs/en/models).
 */
export interface ClaudeTraits {
  /**
   * How thinking is asked for. `budget`: `enabled` with a number of tokens. `either`: that or `adaptive`. `adaptive`: the
   * model decides, and a budget is refused.
   */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive';
  /** It thinks when nothing is said of thinking. */
  readonly thinksByDefault: boolean;
  /** `thinking: {type: "disabled"}` is taken. */
  readonly thinkingCanBeOff: boolean;
  /** Whether `temperature` and `top_p` are taken: `both` at once, `one` of them, or `none`, and no `top_k` either. */
  readonly sampling: 'both' | 'one' | 'none';
  /** `tool_choice` may demand a call. */
  readonly forcedToolChoice: boolean;
  /** The conversation may end with words of the assistant, which the model goes on with. */
  readonly prefill: boolean;
  /** `output_config.format` is taken. */
  readonly structuredOutput: boolean;
  /** `output_config.effort` is taken. */
  readonly effort: boolean;
  /** Tokens below which the prompt cache keeps no prefix. */
  readonly leastCached: number;
  /** The most tokens of an answer, for models that the catalogue does not know it of. */
  readonly maxOutputTokens: number;
}

export function claudeTraitsOf(model: string): ClaudeTraits {
  const { family, version } = readClaudeName(model);
  const always = family === 'fable' ? version >= 501 : version >= 505;
  return {
    thinking: thinkingOf(family, version),
    thinksByDefault: version >= 500,
    thinkingCanBeOff: !always,
    sampling: samplingOf(version),
    forcedToolChoice: !always,
    prefill: version < 406,
    structuredOutput: version >= 405 || (family === 'opus' && version >= 401),
    effort: version >= 406 || (family === 'opus' && version >= 405),
    leastCached: leastCachedOf(family, version),
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

/** Tokens; the vendor's published limits. */
function outputLimitOf(family: string, version: number): number {
  if (version >= 406) return 128_000;
  if (family === 'opus' && version >= 400 && version < 405) return 32_000;
  if (version >= 307) return 64_000;
  return version >= 305 ? 8192 : 4096;
}

/** Tokens (https://platform.claude.com/docs/en/build-with-claude/prompt-caching). */
function leastCachedOf(family: string, version: number): number {
  if (family === 'haiku') return version < 400 ? 2048 : 4096;
  if (family === 'opus') return version >= 405 ? 4096 : 1024;
  return version >= 406 ? 2048 : 1024;
}

interface ClaudeName {
  /** `sonnet`, `opus`, `haiku` or a later one; empty when the name tells none. */
  readonly family: string;
  /** 3.5 is 305 and 4.10 is 410. A name without one counts as 4.5. */
  readonly version: number;
}

/** `claude-sonnet-4-5@20250929`, `us.anthropic.claude-opus-4-6-v1`: the family comes before the version since Claude 4. */
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

/** True for the ids of Claude models in the names of every route (protocol notes, section 3). */
export function isClaudeModel(upstreamModel: string): boolean {
  return /^(?:[a-z-]{2,10}\.)?anthropic\.|^claude-/i.test(upstreamModel);
}
