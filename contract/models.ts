import { z } from 'zod';
import { count, id, routeName } from './common.ts';
import { defineRoute } from './route.ts';

const modelId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');
/** Ids hold `:` and `@`: percent-encoded in the path. */
const modelParams = z.object({ id: modelId });

/** US dollars per million tokens. */
const tokenPrices = z.object({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative().optional(),
  cacheWrite: z.number().nonnegative().optional(),
});
export const prices = tokenPrices.extend({
  /** Prices of the whole request when its prompt has more tokens than `above`. */
  longPrompt: tokenPrices.extend({ above: count }).optional(),
});

/** One way to a model. */
export const endpoint = z.object({
  route: routeName,
  /** The id as that route wants it. */
  upstreamModel: modelId,
  enabled: z.boolean(),
});

export const model = z.object({
  id: z.string(),
  vendor: z.string(),
  /** In the order in which they are tried. */
  endpoints: z.array(endpoint),
  /** The admin chose the order; otherwise a route that speaks the client's API comes first. */
  fixedOrder: z.boolean(),
  enabled: z.boolean(),
  /** US dollars at list price of the smallest request; null when not known. */
  probeDollars: z.number().nonnegative().nullable(),
  /** From the gateway's own table, or added by the admin. */
  source: z.enum(['builtin', 'custom']),
  contextWindow: count.nullable(),
  maxOutputTokens: count.nullable(),
  prices: prices.nullable(),
  thinking: z.boolean(),
  /** Other names under which clients may ask for it. */
  aliases: z.array(z.string()),
  /** Ids to try, in order, when no credential can serve it. */
  fallbacks: z.array(z.string()),
});
export type Model = z.infer<typeof model>;

const settings = z.object({
  enabled: z.boolean().optional(),
  aliases: z.array(modelId).max(50).optional(),
  fallbacks: z.array(modelId).max(10).optional(),
  prices: prices.nullable().optional(),
  contextWindow: count.nullable().optional(),
  maxOutputTokens: count.nullable().optional(),
  /** All of them, in order; null = as the gateway derives them from the id. */
  endpoints: z.array(endpoint).min(1).max(20).nullable().optional(),
});

/** An upstream route as far as an admin chooses between them. */
const upstreamRoute = z.object({ name: z.string(), dialect: z.string() });

export const modelRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/models',
    response: z.object({ models: z.array(model), routes: z.array(upstreamRoute) }),
  }),
  /** What the gateway would take for the endpoints of a model of this id, known or not. */
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
  /** Which credential can use it, and how: one small request with each enabled credential by each of its endpoints. */
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
