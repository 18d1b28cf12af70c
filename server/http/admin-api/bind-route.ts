import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Route } from '../../../contract/route.ts';
import type { AdminCall } from './admin-call.ts';
import { AdminFailure } from './admin-failure.ts';

/** A call whose input has not been parsed yet. */
export type RawCall = AdminCall<unknown, unknown, unknown>;

/** A contract route with its handler, without the types of its schemas. */
export interface BoundRoute {
  readonly route: Route;
  /** Maximum body size in bytes. Default: the limit of all admin routes. */
  readonly bodyLimit?: number;
  /** The route does not write to the database. */
  readonly isReadOnly?: true;
  /**
   * @returns exactly the fields of the contract, a stream, or undefined for no body
   * @throws AdminFailure `invalid_input` with the field
   */
  handle(call: RawCall): Promise<unknown>;
}

/** What a handler returns: nothing for a route without a response. */
type Answer<Response extends z.ZodType> = Response extends z.ZodUndefined
  ? Promise<void>
  : z.input<Response> | Promise<z.input<Response>>;

/**
 * Binds a handler to a route. The route's schemas parse the input, and the response schema strips fields that the
 * contract does not define.
 */
export function bindRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
>(
  route: Route<Params, Query, Body, Response>,
  handler: (call: AdminCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Answer<Response>,
  options: Pick<BoundRoute, 'bodyLimit' | 'isReadOnly'> = {},
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

/** Binds a handler that streams a file to a route without a response schema. */
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
  // Without a schema, the parsed value is undefined, which matches its type.
  const parsed = (schema ?? z.custom<z.output<Schema>>()).safeParse(schema === undefined ? undefined : value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.');
  const message = `${field ? `${field}: ` : `The ${name}: `}${issue?.message ?? 'is not valid'}`;
  throw new AdminFailure('invalid_input', message, { field: field || undefined });
}
