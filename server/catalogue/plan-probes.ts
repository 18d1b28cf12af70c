import type { ModelEntry } from './catalogue.ts';
import type { CatalogueRoute, ModelEndpoint } from './endpoints.ts';

/** Token usage of the smallest request that shows whether a route works; a thinking model may use a few more. */
export const probeTokens = { input: 16, output: 16 } as const;

/** The model used to test a route, and the cost. */
export interface ProbePlan {
  readonly route: string;
  /** The model's id. */
  readonly model: string;
  readonly endpoint: ModelEndpoint;
  /** US dollars at list price; null when the price is unknown. */
  readonly dollars: number | null;
}

/** Finds the cheapest enabled model for each route, in route order. Routes without a model are left out. */
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

/** The cost of the smallest request to a model in US dollars at list price; null when the price is unknown. */
export function priceOf({ prices }: ModelEntry): number | null {
  if (prices === null) return null;
  return (probeTokens.input * prices.input + probeTokens.output * prices.output) / 1_000_000;
}
