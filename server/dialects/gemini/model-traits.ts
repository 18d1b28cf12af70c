/** What a model supports, according to Google's documentation. */
export interface GeminiTraits {
  readonly thinking: GeminiThinking;
  /** Structured output along with function declarations; earlier models reject the combination. */
  readonly formatWithTools: boolean;
  /** Media inside function responses; earlier models accept them only next to the responses. */
  readonly mediaInResponses: boolean;
  /** Images in answers. */
  readonly generatesImages: boolean;
}

/** How thinking is configured (https://ai.google.dev/gemini-api/docs/thinking). */
export type GeminiThinking =
  | { readonly type: 'none' }
  /** By a budget of tokens. */
  | { readonly type: 'budget'; readonly minimum: number; readonly maximum: number; readonly canBeOff: boolean }
  /** By a level or a budget, but not both. */
  | { readonly type: 'level'; readonly levels: readonly ThinkingLevel[]; readonly maximum: number };

export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

const idForm = /gemini-(\d+)(?:\.(\d+))?(?:-(flash-lite|flash|pro))?/;
const allLevels: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];
const maxFlashBudget = 24_576;
const maxProBudget = 32_768;

/** @param model the upstream's id. An id without a version (`gemini-flash-latest`) counts as the newest generation. */
export function traitsOf(model: string): GeminiTraits {
  const [, major, minor, line] = idForm.exec(model) ?? [];
  const version = major === undefined ? Number.POSITIVE_INFINITY : Number(`${major}.${minor ?? 0}`);
  const newest = version >= 3;
  const isPro = line === 'pro' || (line === undefined && /\bpro\b/.test(model));
  const generatesImages = /\bimage\b/.test(model);
  return {
    thinking: generatesImages && !newest ? { type: 'none' } : thinkingOf(version, isPro, line === 'flash-lite'),
    formatWithTools: newest,
    mediaInResponses: newest,
    generatesImages,
  };
}

function thinkingOf(version: number, isPro: boolean, isLite: boolean): GeminiThinking {
  const maximum = isPro ? maxProBudget : maxFlashBudget;
  if (version >= 3) return { type: 'level', levels: isPro ? levelsOfPro(version) : allLevels, maximum };
  if (version < 2.5) return { type: 'none' };
  if (isPro) return { type: 'budget', minimum: 128, maximum, canBeOff: false };
  return { type: 'budget', minimum: isLite ? 512 : 1, maximum, canBeOff: true };
}

function levelsOfPro(version: number): readonly ThinkingLevel[] {
  return version < 3.1 ? ['LOW', 'HIGH'] : ['LOW', 'MEDIUM', 'HIGH'];
}
