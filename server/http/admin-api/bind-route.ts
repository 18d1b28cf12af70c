import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Route } from '../../../contract/route.ts';
import type { AdminCall } from './admin-call.ts';
import { AdminFailure } from './admin-failure.ts';

/** What a handler is given before its input was parsed. */
export type RawCall = AdminCall<unknown, unknown, unknown>;

/** A contract route with its handler, the types of its schemas forgotten. */
export interface BoundRoute {
  readonly route: Route;
  /** Bytes that a body may have; absent: as for all. */
  readonly bodyLimit?: number;
  /** It changes nothing that would have to be kept. */
  readonly keepsNothing?: true;
  /**
   * @returns what the contract says, and not a field more, or a stream; undefined = no body
   * @throws AdminFailure `invalid_input` with the field
   */
  handle(call: RawCall): Promise<unknown>;
}

/** What a handler answers: nothing for a route that has no response. */
type Answer<Response extends z.ZodType> = Response extends z.ZodUndefined
  ? Promise<void>
  : z.input<Response> | Promise<z.input<Response>>;

/**
 * Ties a handler to a route: its input comes parsed by the route's schemas, and its result goes out through the
 * response's schema, which strips what the contract does not name.
 */
export function bindRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
>(
  route: Route<Params, Query, Body, Response>,
  handler: (call: AdminCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Answer<Response>,
  options: Pick<BoundRoute, 'bodyLimit' | 'keepsNothing'> = {},
): BoundRoute {
  return {
    route,
    ...options,
    async handle(call) {
      const result = await handler(parseCall(route, call));
      return route.response?.parse(result);
    },
  };
}

/** A response that the browser saves as a file. */
export interface Download {
  /** Content type. */
  readonly type: string;
  readonly name: string;
  readonly chunks: AsyncIterable<string>;
}

/** Ties a handler that streams a file to a route without a response schema. */
export function bindDownload<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Route<Params, Query, Body, z.ZodUndefined>,
  handler: (call: AdminCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Download>,
): BoundRoute {
  return {
    route,
    async handle(call) {
      const { type, name, chunks } = await handler(parseCall(route, call));
      call.reply.type(type).header('content-disposition', `attachment; filename="${name}"`);
      return Readable.from(chunks);
    },
  };
}

function parseCall<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  { params, query, body }: Pick<Route<Params, Query, Body>, 'params' | 'query' | 'body'>,
  call: RawCall,
): AdminCall<z.output<Params>, z.output<Query>, z.output<Body>> {
  return {
    ...call,
    params: parsePart(params, call.params, 'path'),
    query: parsePart(query, call.query, 'query'),
    body: parsePart(body, call.body, 'body'),
  };
}

function parsePart<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
  name: string,
): z.output<Schema> {
  // A part without a schema is undefined, which is what its type says.
  const parsed = (schema ?? z.custom<z.output<Schema>>()).safeParse(schema === undefined ? undefined : value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.');
  const message = `${field ? `${field}: ` : `The ${name}: `}${issue?.message ?? 'is not valid'}`;
  throw new AdminFailure('invalid_input', message, { field: field || undefined });
}
