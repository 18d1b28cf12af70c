/** What an OpenAI model supports. */
export interface OpenaiTraits {
  /** True for a reasoning model. It accepts only the defaults of the sampling parameters. */
  readonly reasons: boolean;
  /** The supported reasoning efforts, lowest first; empty for a model that does not reason. */
  readonly efforts: readonly string[];
}

const notReasoning: OpenaiTraits = { reasons: false, efforts: [] };

/**
 * Derives a model's traits from its id (https://platform.openai.com/docs/guides/reasoning). o1, o3, … and gpt-5 and
 * later are reasoning models. The effort `none` exists since 5.1, and `xhigh` since 5.2.
 */
export function openaiTraitsOf(model: string): OpenaiTraits {
  const [, major, minor = '0'] = /^gpt-(\d+)(?:\.(\d+))?/i.exec(model) ?? [];
  const version = major === undefined ? 0 : Number(major) + Number(minor) / 100;
  if (version < 5 && !/^(?:o\d|codex)/i.test(model)) return notReasoning;
  const most = version >= 5.02 || /-max\b/i.test(model) ? ['xhigh'] : [];
  if (/codex/i.test(model) || version < 5) return { reasons: true, efforts: ['low', 'medium', 'high', ...most] };
  return { reasons: true, efforts: [version >= 5.01 ? 'none' : 'minimal', 'low', 'medium', 'high', ...most] };
}

const effortOrder = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * Finds the supported effort for a requested one: the same, otherwise the next higher one, otherwise the highest. An
 * unknown effort is returned as it is.
 */
export function nearestEffort(effort: string, { efforts }: OpenaiTraits): string {
  const rank = effortOrder.indexOf(effort);
  if (rank === -1 || efforts.includes(effort)) return effort;
  return efforts.find((supported) => effortOrder.indexOf(supported) > rank) ?? efforts.at(-1) ?? effort;
}
