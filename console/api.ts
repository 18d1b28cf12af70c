import { z } from 'zod';
import { type AdminErrorCode, adminError } from '../contract/error.ts';
import { adminApiPrefix } from '../contract/index.ts';
import type { Route } from '../contract/route.ts';
import { toOwnPath } from './console-path.ts';

/** `network`: the gateway did not respond; `unexpected`: its response does not match the contract. */
export type ConsoleErrorCode = AdminErrorCode | 'network' | 'unexpected';

/** Any failure of an admin API call; the console translates `code` to a message. */
export class AdminApiError extends Error {
  override readonly name = 'AdminApiError';
  readonly code: ConsoleErrorCode;
  /** HTTP status of the response; 0 if there was none. */
  readonly status: number;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ConsoleErrorCode,
    status: number,
    message: string,
    details: { field?: string | undefined; retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.field = details.field;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

type Part<Name extends string, Schema> = Schema extends z.ZodUndefined
  ? { readonly [Key in Name]?: undefined }
  : Schema extends z.ZodType
    ? { readonly [Key in Name]: z.input<Schema> }
    : never;

/** The input of a route: exactly the parts it declares. */
export type RouteInput<Params, Query, Body> = Part<'params', Params> & Part<'query', Query> & Part<'body', Body>;

/** Replaces `:name` in a route's path, percent-encoded: model ids contain `:` and `@`, and may contain `/`. */
export function buildPath(path: string, params: unknown, query: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  const filled = path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return toOwnPath(`${adminApiPrefix}${filled}${text === '' ? '' : `?${text}`}`);
}

/** Reads the error of a failed response. Anything that does not match the contract becomes `unexpected`. */
export async function readError(response: Response): Promise<AdminApiError> {
  const parsed = adminError.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    const code = response.status === 401 ? 'unauthenticated' : response.status >= 502 ? 'unavailable' : 'unexpected';
    return new AdminApiError(code, response.status, `HTTP ${response.status}`);
  }
  const { code, message, field, retryAfterSeconds } = parsed.data.error;
  return new AdminApiError(code, response.status, message, { field, retryAfterSeconds });
}

/** `fetch` on the gateway's own origin. A call without a response fails as `network`. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new AdminApiError('network', 0, error instanceof Error ? error.message : 'no answer');
  }
}

/**
 * Calls one route of the admin API.
 * @returns the response, parsed with the route's schema (undefined for a route without one)
 * @throws AdminApiError if the gateway refuses, does not respond, or its response does not match the contract
 */
export async function call<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Body, Answer>,
  input: RouteInput<Params, Query, Body>,
  signal?: AbortSignal,
): Promise<z.output<Answer>> {
  // Changes are completed even if the page is closed meanwhile.
  const init: RequestInit = { method: route.method, keepalive: route.method === 'DELETE' };
  if (signal) init.signal = signal;
  if (input.body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(input.body);
  }
  const response = await send(buildPath(route.path, input.params, input.query), init);
  if (!response.ok) throw await readError(response);
  if (route.response === undefined) return noContent<z.output<Answer>>().parse(undefined);
  const parsed = route.response.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new AdminApiError('unexpected', response.status, parsed.error.message);
  return parsed.data;
}

/** A route without a response schema returns undefined. */
function noContent<Nothing>() {
  return z.custom<Nothing>((value) => value === undefined);
}
