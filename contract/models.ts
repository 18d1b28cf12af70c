import { z } from 'zod';
import { count, id, routeName } from './common.ts';
import { defineRoute } from './route.ts';

const modelId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');
/** Ids may contain `:` and `@`, which are percent-encoded in the path. */
const modelParams = z.object({ id: modelId });

/** Highest price that the admin can set, in US dollars per million tokens. */
export const maxPrice = 1_000_000;

/** @param price US dollars per million tokens */
function pricesOf(price: z.ZodNumber) {
  const tokenPrices = z.object({
    input: price,
    output: price,
    cacheRead: price.optional(),
    cacheWrite: price.optional(),
  });
  return tokenPrices.extend({
    /** Prices of the whole request if its prompt has more than `above` tokens. */
    longPrompt: tokenPrices.extend({ above: count }).optional(),
  });
}

export const prices = pricesOf(z.number().nonnegative());
/** Prices that the admin sets. */
export const newPrices = pricesOf(
  z
    .number()
    .nonnegative()
    .max(maxPrice, {
      // Written on demand, because it needs ICU's data, which takes 5 MB.
      error: () => `must be at most ${maxPrice.toLocaleString('en')} US dollars per million tokens`,
    }),
);

/** One route to a model. */
export const endpoint = z.object({
  route: routeName,
  /** The model's id on that route. */
  upstreamModel: modelId,
  enabled: z.boolean(),
});

export const model = z.object({
  id: z.string(),
  vendor: z.string(),
  /** In the order in which they are tried. */
  endpoints: z.array(endpoint),
  /** Whether the admin chose the order. Otherwise routes that use the client's API come first. */
  fixedOrder: z.boolean(),
  enabled: z.boolean(),
  /** List price of the smallest possible request, in US dollars; null if unknown. */
  probeDollars: z.number().nonnegative().nullable(),
  /** From the built-in table, or added by the admin. */
  source: z.enum(['builtin', 'custom']),
  contextWindow: count.nullable(),
  maxOutputTokens: count.nullable(),
  prices: prices.nullable(),
  thinking: z.boolean(),
  /** Other names that clients can use for the model. */
  aliases: z.array(z.string()),
  /** Models to try, in order, when no credential can serve this one. */
  fallbacks: z.array(z.string()),
});
export type Model = z.infer<typeof model>;

const settings = z.object({
  enabled: z.boolean().optional(),
  aliases: z.array(modelId).max(50).optional(),
  fallbacks: z.array(modelId).max(10).optional(),
  prices: newPrices.nullable().optional(),
  contextWindow: count.nullable().optional(),
  maxOutputTokens: count.nullable().optional(),
  /** All endpoints in order; null restores the ones that the gateway derives from the id. */
  endpoints: z.array(endpoint).min(1).max(20).nullable().optional(),
});

/** An upstream route as shown to an admin who configures endpoints. */
const upstreamRoute = z.object({ name: z.string(), dialect: z.string() });

export const modelRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/models',
    response: z.object({ models: z.array(model), routes: z.array(upstreamRoute) }),
  }),
  /** The endpoints that the gateway would derive for this id, whether or not the model exists. */
  guessEndpoints: defineRoute({
    method: 'GET',
    path: '/models/:id/endpoints',
    params: modelParams,
    response: z.object({ endpoints: z.array(endpoint) }),
  }),
  add: defineRoute({ method: 'POST', path: '/models', body: settings.extend({ id: modelId }), response: model }),
  edit: defineRoute({ method: 'PATCH', path: '/models/:id', params: modelParams, body: settings, response: model }),
  /** Custom models only. */
  delete: defineRoute({ method: 'DELETE', path: '/models/:id', params: modelParams }),
  /** Sends one small request per enabled credential and endpoint, and reports which of them can serve the model. */
  probe: defineRoute({
    method: 'POST',
    path: '/models/:id/probe',
    params: modelParams,
    response: z.object({
      results: z.array(
        z.object({
          credentialId: id,
          label: z.string(),
          route: z.string(),
          ok: z.boolean(),
          status: z.number().int().optional(),
          message: z.string(),
          milliseconds: count,
        }),
      ),
    }),
  }),
};
