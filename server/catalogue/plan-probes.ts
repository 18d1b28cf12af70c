import type { ModelEntry } from './catalogue.ts';
import type { CatalogueRoute, ModelEndpoint } from './endpoints.ts';

/** Tokens of the smallest request that shows whether a route answers; a model that thinks may use a few more. */
export const probeTokens = { input: 16, output: 16 } as const;

/** By which model a route is tried, and what that costs. */
export interface ProbePlan {
  readonly route: string;
  /** The model's id. */
  readonly model: string;
  readonly endpoint: ModelEndpoint;
  /** At list price; null when the price is not known. */
  readonly dollars: number | null;
}

/** For each route that a model which is on has an endpoint on, the cheapest of them; in the routes' order. */
export function planProbes(models: readonly ModelEntry[], routes: readonly CatalogueRoute[]): ProbePlan[] {
  return routes.flatMap(({ name }) => {
    const plans = models
      .filter(({ enabled }) => enabled)
      .flatMap((model) => {
        const endpoint = model.endpoints.find(({ route }) => route === name);
        return endpoint === undefined ? [] : [{ route: name, model: model.id, endpoint, dollars: priceOf(model) }];
      });
    const cheapest = plans.toSorted((left, right) => (left.dollars ?? Infinity) - (right.dollars ?? Infinity))[0];
    return cheapest === undefined ? [] : [cheapest];
  });
}

/** What the smallest request to a model costs at list price; null when the price is not known. */
export function priceOf({ prices }: ModelEntry): number | null {
  if (prices === null) return null;
  return (probeTokens.input * prices.input + probeTokens.output * prices.output) / 1_000_000;
}
