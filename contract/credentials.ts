import { z } from 'zod';
import { count, id, idParams, routeName, timestamp } from './common.ts';
import { credentialFields } from './credential-fields.ts';
import { defineRoute } from './route.ts';

const { email, token, label, cloudId } = credentialFields;
/** When the token expires, as entered by the admin. Atlassian's API tokens last at most a year, and no API reports it. */
const tokenExpiresAt = timestamp.nullable();
const weight = z.number().int().min(0).max(1000);
const maxConcurrency = z.number().int().min(1).max(10_000).nullable();

export const credentialStateName = z.enum(['ready', 'cooling', 'invalid', 'blocked']);
export const coolingCause = z.enum(['rate', 'quota', 'concurrency', 'transient', 'timeout', 'token', 'entitlement']);
/** Why a route is shut for a credential. `route`: it refuses requests, or lacks the requested model. */
export const routeCause = z.enum(['route', ...coolingCause.exclude(['token']).options]);

export const credits = z.object({
  status: z.enum(['ok', 'rate-limited', 'blocked', 'unknown']),
  monthlyTotal: z.number().optional(),
  monthlyUsed: z.number().optional(),
  monthlyRemaining: z.number().optional(),
  dailyTotal: z.number().optional(),
  dailyUsed: z.number().optional(),
  dailyRemaining: z.number().optional(),
  message: z.string().optional(),
  checkedAt: timestamp,
});
export type Credits = z.infer<typeof credits>;

export const site = z.object({
  cloudId: z.string(),
  url: z.string(),
  hasActivePlan: z.boolean(),
  isTrial: z.boolean(),
});
export type Site = z.infer<typeof site>;

/** The upstream's status and redacted message that led to a state. */
const evidence = z.object({ status: z.number().int().optional(), message: z.string() });

/** State of a route, or of one model on a route. */
const gateState = z.object({
  /** `trial`: it was shut, and one request may try it now. `unknown`: it has not been used yet. */
  name: z.enum(['open', 'shut', 'trial', 'unknown']),
  cause: routeCause.optional(),
  /** When a shut route or model is tried again. */
  until: timestamp.optional(),
  since: timestamp.optional(),
  evidence: evidence.optional(),
});

/** What the pool knows about one credential on one upstream route. */
export const routeState = gateState.extend({
  route: z.string(),
  inFlight: count,
  learnedConcurrency: count.optional(),
  /** Models that the route refused for this credential, by the route's own ids. */
  models: z.array(gateState.extend({ model: z.string() })),
});
export type RouteState = z.infer<typeof routeState>;

/** What the pool knows about one credential. */
export const credentialState = z.object({
  name: credentialStateName,
  cause: coolingCause.optional(),
  /** When a cooling credential is tried again. */
  until: timestamp.optional(),
  since: timestamp.optional(),
  evidence: evidence.optional(),
  /** Upstream routes in order of preference. */
  routes: z.array(routeState),
  inFlight: count,
  /** The concurrency limit that the pool inferred from refusals. */
  learnedConcurrency: count.optional(),
});

export const credential = z.object({
  id,
  label: z.string(),
  email: z.string(),
  /** Always masked: `ATAT…wxyz`. */
  maskedToken: z.string(),
  tokenExpiresAt,
  cloudId: z.string().nullable(),
  enabled: z.boolean(),
  /** Takes no new requests but finishes the running ones. */
  draining: z.boolean(),
  weight: z.number().int(),
  maxConcurrency: z.number().int().nullable(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  state: credentialState,
  credits: credits.nullable(),
  /** Requests and failures in each of the last 24 hours, oldest first. */
  activity: z.array(z.object({ requests: count, failures: count })),
});
export type Credential = z.infer<typeof credential>;

export const credentialTest = z.object({
  ok: z.boolean(),
  /** What went wrong, in English, without secrets. */
  message: z.string(),
  status: z.number().int().optional(),
  milliseconds: count,
  credits: credits.nullable(),
  sites: z.array(site),
});
export type CredentialTest = z.infer<typeof credentialTest>;

const newCredential = z.object({
  email,
  token,
  tokenExpiresAt: tokenExpiresAt.optional(),
  label: label.optional(),
  cloudId: cloudId.nullable().optional(),
  weight: weight.optional(),
  maxConcurrency: maxConcurrency.optional(),
});
export type NewCredential = z.infer<typeof newCredential>;

const ids = z.array(id).min(1).max(1000);

export const credentialRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/credentials',
    response: z.object({
      credentials: z.array(credential),
      now: timestamp,
      /** Tokens that expire within this many days need replacing; set in the alert rules. */
      expiryWarningDays: count,
    }),
  }),
  add: defineRoute({ method: 'POST', path: '/credentials', body: newCredential, response: credential }),
  /** A new token makes an invalid credential ready again, and clears the expiry date unless the request has a new one. */
  edit: defineRoute({
    method: 'PATCH',
    path: '/credentials/:id',
    params: idParams,
    body: z.object({
      email: email.optional(),
      token: token.optional(),
      tokenExpiresAt: tokenExpiresAt.optional(),
      label: label.optional(),
      cloudId: cloudId.nullable().optional(),
      enabled: z.boolean().optional(),
      draining: z.boolean().optional(),
      weight: weight.optional(),
      maxConcurrency: maxConcurrency.optional(),
    }),
    response: credential,
  }),
  delete: defineRoute({ method: 'DELETE', path: '/credentials/:id', params: idParams }),
  /** A successful test makes an invalid credential ready again. */
  test: defineRoute({ method: 'POST', path: '/credentials/:id/test', params: idParams, response: credentialTest }),
  /** Tests a credential before it is saved. */
  tryOut: defineRoute({
    method: 'POST',
    path: '/credentials/try-out',
    body: z.object({ email, token, cloudId: cloudId.nullable().optional() }),
    response: credentialTest,
  }),
  /** Clears cool-downs, causes and learned limits. */
  reset: defineRoute({ method: 'POST', path: '/credentials/:id/reset', params: idParams, response: credential }),
  /** Like `reset`, for one route of the credential. */
  resetRoute: defineRoute({
    method: 'POST',
    path: '/credentials/:id/reset-route',
    params: idParams,
    body: z.object({ route: routeName }),
    response: credential,
  }),
  /** The model used to probe each route, and what one probe costs. */
  planProbes: defineRoute({
    method: 'GET',
    path: '/credentials/route-probes',
    response: z.object({
      probes: z.array(
        z.object({
          route: z.string(),
          model: z.string(),
          /** US dollars at list price; null if unknown. */
          dollars: z.number().nonnegative().nullable(),
        }),
      ),
    }),
  }),
  /** Sends one small request through each of the given routes, or through all. The results update the pool's state. */
  probe: defineRoute({
    method: 'POST',
    path: '/credentials/:id/probe',
    params: idParams,
    body: z.object({ routes: z.array(routeName).min(1).max(50).optional() }),
    response: z.object({
      results: z.array(
        z.object({
          route: z.string(),
          model: z.string(),
          ok: z.boolean(),
          status: z.number().int().optional(),
          message: z.string(),
          milliseconds: count,
        }),
      ),
      credential,
    }),
  }),
  /**
   * Lines of `email:token` or `email,token[,label[,cloudId]]`, CSV with a header line that names these columns and,
   * optionally, `expires`, or JSON objects with such members. Messages are in English: see `gateway-messages.ts`.
   */
  import: defineRoute({
    method: 'POST',
    path: '/credentials/import',
    body: z.object({ text: z.string().min(1).max(2_000_000) }),
    response: z.object({
      lines: z.array(
        z.object({
          /** Line number, starting at 1. */
          line: z.number().int(),
          status: z.enum(['added', 'duplicate', 'invalid']),
          email: z.string().optional(),
          message: z.string().optional(),
        }),
      ),
    }),
  }),
  bulk: defineRoute({
    method: 'POST',
    path: '/credentials/bulk',
    body: z.discriminatedUnion('action', [
      z.object({ ids, action: z.enum(['enable', 'disable', 'reset', 'delete']) }),
      z.object({ ids, action: z.literal('expiry'), tokenExpiresAt }),
    ]),
    response: z.object({ changed: count }),
  }),
};
