/** What one of OpenAI's models takes of reasoning. */
export interface OpenaiTraits {
  /** Reasons before it answers, and takes only the default of the sampling parameters. */
  readonly reasons: boolean;
  /** The words for how much, least first; empty for a model that does not reason. */
  readonly efforts: readonly string[];
}

const notReasoning: OpenaiTraits = { reasons: false, efforts: [] };

/**
 * Reads off an id what its model takes (https://platform.openai.com/docs/guides/reasoning): o1, o3, …, gpt-5 and later
 * reason; from 5.1 on they can be told not to, and from 5.2 on to reason as much as they can.
 */
export function openaiTraitsOf(model: string): OpenaiTraits {
  const [, major, minor = '0'] = /^gpt-(\d+)(?:\.(\d+))?/i.exec(model) ?? [];
  const version = major === undefined ? 0 : Number(major) + Number(minor) / 100;
  if (version < 5 && !/^(?:o\d|codex)/i.test(model)) return notReasoning;
  const most = version >= 5.02 || /-max\b/i.test(model) ? ['xhigh'] : [];
  if (/codex/i.test(model) || version < 5) return { reasons: true, efforts: ['low', 'medium', 'high', ...most] };
  return { reasons: true, efforts: [version >= 5.01 ? 'none' : 'minimal', 'low', 'medium', 'high', ...most] };
}

const order = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * The effort that the model has for the one that is wished for: the same, else the next one above, else its highest. A word
 * that nobody knows stays.
 */
export function nearestEffort(effort: string, { efforts }: OpenaiTraits): string {
  const rank = order.indexOf(effort);
  if (rank === -1 || efforts.includes(effort)) return effort;
  return efforts.find((own) => order.indexOf(own) > rank) ?? efforts.at(-1) ?? effort;
}
