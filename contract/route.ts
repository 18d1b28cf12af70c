import type { z } from 'zod';

/**
 * Definition of one admin API call, used by server and console. Paths are relative to `/admin/api`; parameters are
 * written as `:id`.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** `public`: no login required. `restricted`: also while a password change is due. `admin` (default): logged in. */
  readonly access?: 'public' | 'restricted' | 'admin';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** If absent, the response is 204 without a body. */
  readonly response?: Response;
}

/** Keeps the literal types of a route's schemas. */
export function defineRoute<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Response extends z.ZodType = z.ZodUndefined,
>(route: Route<Params, Query, Body, Response>): Route<Params, Query, Body, Response> {
  return route;
}
