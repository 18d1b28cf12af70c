import type { Model } from '../../../contract/models.ts';

type Field = number | string;

/** What the form holds: an empty field is not known. */
export interface ModelValues {
  id: string;
  aliases: string[];
  fallbacks: string[];
  contextWindow: Field;
  maxOutputTokens: Field;
  prices: { input: Field; output: Field; cacheRead: Field; cacheWrite: Field };
}

export function showModel(model: Model | undefined): ModelValues {
  return {
    id: model?.id ?? '',
    aliases: model?.aliases ?? [],
    fallbacks: model?.fallbacks ?? [],
    contextWindow: model?.contextWindow ?? '',
    maxOutputTokens: model?.maxOutputTokens ?? '',
    prices: {
      input: model?.prices?.input ?? '',
      output: model?.prices?.output ?? '',
      cacheRead: model?.prices?.cacheRead ?? '',
      cacheWrite: model?.prices?.cacheWrite ?? '',
    },
  };
}

function readField(value: Field): number | null {
  return value === '' ? null : Number(value);
}

/** The form's values as the contract wants them. Prices count only when both input and output are known. */
export function readModel(values: ModelValues) {
  const { input, output, cacheRead, cacheWrite } = values.prices;
  return {
    aliases: values.aliases,
    fallbacks: values.fallbacks,
    contextWindow: readField(values.contextWindow),
    maxOutputTokens: readField(values.maxOutputTokens),
    prices:
      input === '' || output === ''
        ? null
        : {
            input: Number(input),
            output: Number(output),
            ...(cacheRead === '' ? {} : { cacheRead: Number(cacheRead) }),
            ...(cacheWrite === '' ? {} : { cacheWrite: Number(cacheWrite) }),
          },
  };
}
