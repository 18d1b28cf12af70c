import type { z } from 'zod';
import type { prices as contractPrices } from '../../../contract/models.ts';
import type { EndpointSetting } from '../../catalogue/model-store.ts';
import type { ModelPrices } from '../../catalogue/models.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

type Prices = z.output<typeof contractPrices>;

/** Changes as parsed by the contract, where absent fields may be undefined. */
export interface ModelSettingInput {
  readonly prices?: Prices | null | undefined;
  readonly endpoints?: readonly EndpointSetting[] | null | undefined;
}

/** The same changes for the store, without undefined fields. */
export function toModelSetting<Input extends ModelSettingInput>(input: Input) {
  const { prices, endpoints, ...rest } = input;
  return {
    ...withoutUndefined(rest),
    ...withoutUndefined({ prices: prices && toModelPrices(prices), endpoints: endpoints ?? undefined }),
  };
}

function toModelPrices({ longPrompt, ...prices }: Prices): ModelPrices {
  return withoutUndefined({ ...prices, longPrompt: longPrompt && withoutUndefined(longPrompt) });
}
