/** The capabilities of an OpenAI model. */
export type OpenAiModel = {
  /** Whether it is a reasoning model, which refuses `max_tokens` and a custom temperature, among others. */
  readonly reasons: boolean;
  /** The values of `reasoning_effort`. */
  readonly efforts: readonly string[];
  /** The effort without one in the request. */
  readonly defaultEffort: string;
  /** Whether Chat Completions refuses functions together with an effort other than `none`. */
  readonly refusesToolsWithEffort: boolean;
  /** Whether it takes tools of type `custom`. */
  readonly takesCustomTools: boolean;
};

/**
 * A model's capabilities by its id: `gpt-5` and the o series reason. From 5.1 on the effort may be `none`, which is
 * the default up to 5.4. From 5.2 on, Chat Completions does not accept an effort together with functions.
 */
export function openAiModelOf(model: string): OpenAiModel {
  const match = /^(?:sim-)?(?:gpt-(\d+)(?:\.(\d+))?|(o)\d)/.exec(model);
  const version = match?.[1] === undefined ? 0 : Number(`${match[1]}.${match[2] ?? 0}`);
  const reasons = version >= 5 || match?.[3] === 'o';
  const takesCustomTools = version >= 5;
  if (!reasons) {
    return { reasons, efforts: [], defaultEffort: 'none', refusesToolsWithEffort: false, takesCustomTools };
  }
  if (model.includes('codex')) {
    return {
      reasons,
      efforts: ['low', 'medium', 'high', 'xhigh'],
      defaultEffort: 'medium',
      refusesToolsWithEffort: false,
      takesCustomTools,
    };
  }
  if (version < 5.1) {
    const efforts = version === 5 ? ['minimal', 'low', 'medium', 'high'] : ['low', 'medium', 'high'];
    return { reasons, efforts, defaultEffort: 'medium', refusesToolsWithEffort: false, takesCustomTools };
  }
  return {
    reasons,
    efforts: ['none', 'low', 'medium', 'high', ...(version >= 5.2 ? ['xhigh'] : [])],
    defaultEffort: version >= 5.5 ? 'medium' : 'none',
    refusesToolsWithEffort: version >= 5.2,
    takesCustomTools,
  };
}
