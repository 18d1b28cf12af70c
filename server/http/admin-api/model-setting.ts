import type { z } from 'zod';
import type { prices as contractPrices } from '../../../contract/models.ts';
import type { ModelSetting } from '../../catalogue/model-store.ts';
import type { ModelPrices } from '../../catalogue/models.ts';
import { type Defined, definedOf } from './defined.ts';

type Prices = z.output<typeof contractPrices>;

/** Changes as the contract has them, where what is absent may also be undefined. */
export interface ModelSettingInput {
  readonly prices?: Prices | null | undefined;
}

type Exact<Input extends ModelSettingInput> = Omit<Defined<Input>, 'prices'> & Pick<ModelSetting, 'prices'>;

/** The same changes for the store, where absent is absent. */
export function toModelSetting<Input extends ModelSettingInput>(input: Input): Exact<Input> {
  const { prices, ...rest } = input;
  return { ...definedOf(rest), ...(prices === undefined ? {} : { prices: prices && toModelPrices(prices) }) };
}

function toModelPrices({ longPrompt, ...prices }: Prices): ModelPrices {
  return { ...definedOf(prices), ...(longPrompt === undefined ? {} : { longPrompt: definedOf(longPrompt) }) };
}
