/** What Google's documentation says of a model by its id. */
export interface GeminiTraits {
  readonly thinking: GeminiThinking;
  /** Structured output beside function declarations; earlier models refuse the two together. */
  readonly formatBesideTools: boolean;
  /** Media inside function responses; earlier models take them beside the responses. */
  readonly mediaInResponses: boolean;
}

/** How a model is told to think (https://ai.google.dev/gemini-api/docs/thinking). */
export type GeminiThinking =
  | { readonly type: 'none' }
  /** By a budget of tokens. */
  | { readonly type: 'budget'; readonly least: number; readonly most: number; readonly canBeOff: boolean }
  /** By a level, or by a budget; never by both. */
  | { readonly type: 'level'; readonly levels: readonly ThinkingLevel[]; readonly most: number };

export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

const idForm = /gemini-(\d+)(?:\.(\d+))?(?:-(flash-lite|flash|pro))?/;
const allLevels: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];
const mostOfFlash = 24_576;
const mostOfPro = 32_768;

/** @param model the upstream's id; one without a version (`gemini-flash-latest`) counts as the newest generation */
export function traitsOf(model: string): GeminiTraits {
  const [, major, minor, line] = idForm.exec(model) ?? [];
  const version = major === undefined ? Number.POSITIVE_INFINITY : Number(`${major}.${minor ?? 0}`);
  const newest = version >= 3;
  const isPro = line === 'pro' || (line === undefined && /\bpro\b/.test(model));
  return {
    thinking: thinkingOf(version, isPro, line === 'flash-lite'),
    formatBesideTools: newest,
    mediaInResponses: newest,
  };
}

function thinkingOf(version: number, isPro: boolean, isLite: boolean): GeminiThinking {
  if (version >= 3)
    return { type: 'level', levels: isPro ? levelsOfPro(version) : allLevels, most: isPro ? mostOfPro : mostOfFlash };
  if (version < 2.5) return { type: 'none' };
  if (isPro) return { type: 'budget', least: 128, most: mostOfPro, canBeOff: false };
  return { type: 'budget', least: isLite ? 512 : 1, most: mostOfFlash, canBeOff: true };
}

function levelsOfPro(version: number): readonly ThinkingLevel[] {
  return version < 3.1 ? ['LOW', 'HIGH'] : ['LOW', 'MEDIUM', 'HIGH'];
}
