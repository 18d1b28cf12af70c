import type { z } from 'zod';
import type { prices as contractPrices } from '../../../contract/models.ts';
import type { EndpointSetting, ModelSetting } from '../../catalogue/model-store.ts';
import type { ModelPrices } from '../../catalogue/models.ts';
import { type Defined, definedOf } from './defined.ts';

type Prices = z.output<typeof contractPrices>;

/** Changes as the contract has them, where what is absent may also be undefined. */
export interface ModelSettingInput {
  readonly prices?: Prices | null | undefined;
  readonly endpoints?: readonly EndpointSetting[] | null | undefined;
}

type Exact<Input extends ModelSettingInput> = Omit<Defined<Input>, 'prices' | 'endpoints'> &
  Pick<ModelSetting, 'prices' | 'endpoints'>;

/** The same changes for the store, where absent is absent. */
export function toModelSetting<Input extends ModelSettingInput>(input: Input): Exact<Input> {
  const { prices, endpoints, ...rest } = input;
  return {
    ...definedOf(rest),
    ...(prices === undefined ? {} : { prices: prices && toModelPrices(prices) }),
    ...(endpoints === undefined || endpoints === null ? {} : { endpoints }),
  };
}

function toModelPrices({ longPrompt, ...prices }: Prices): ModelPrices {
  return { ...definedOf(prices), ...(longPrompt === undefined ? {} : { longPrompt: definedOf(longPrompt) }) };
}
