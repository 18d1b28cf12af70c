import type { Model } from '../../../contract/models.ts';

export type Field = number | string;
type Endpoint = Model['endpoints'][number];

/** The form's values; an empty field means unknown. */
export interface ModelValues {
  id: string;
  aliases: string[];
  fallbacks: string[];
  /** null: derived by the gateway; undefined: unchanged. */
  endpoints: readonly Endpoint[] | null | undefined;
  contextWindow: Field;
  maxOutputTokens: Field;
  prices: { input: Field; output: Field; cacheRead: Field; cacheWrite: Field };
}

export function showModel(model: Model | undefined): ModelValues {
  return {
    id: model?.id ?? '',
    aliases: model?.aliases ?? [],
    fallbacks: model?.fallbacks ?? [],
    endpoints: undefined,
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

/** Converts the form's values for the contract. Prices count only if both input and output are set. */
export function readModel(values: ModelValues) {
  const { endpoints, prices } = values;
  const { input, output, cacheRead, cacheWrite } = prices;
  return {
    aliases: values.aliases,
    fallbacks: values.fallbacks,
    ...(endpoints === undefined
      ? {}
      : { endpoints: endpoints === null ? null : endpoints.map((endpoint) => ({ ...endpoint })) }),
    contextWindow: readField(values.contextWindow),
    maxOutputTokens: readField(values.maxOutputTokens),
    prices:
      input === '' || output === ''
        ? null
        : {
            input: Number(input),
            output: Number(output),
            ...(cacheRead !== '' && { cacheRead: Number(cacheRead) }),
            ...(cacheWrite !== '' && { cacheWrite: Number(cacheWrite) }),
          },
  };
}
