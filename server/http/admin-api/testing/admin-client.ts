import { z } from 'zod';
import { adminApiPrefix } from '../../../../contract/index.ts';
import type { Route } from '../../../../contract/route.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import type { AdminApp } from './admin-app.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser or script with its session cookie. */
export interface AdminClient {
  cookie: string | undefined;
  readonly address: string;
  /** @param path relative to the API's prefix */
  call(method: Route['method'], path: string, options?: CallOptions): Promise<Answer>;
  login(password: string, code?: string): Promise<Answer>;
}

let clients = 0;

function nextAddress(): string {
  clients += 1;
  return `10.0.0.${clients}`;
}

/** A client with a unique address by default, so that login rate limits do not affect other tests. */
export function createClient({ app }: AdminApp, remoteAddress = nextAddress()): AdminClient {
  const client: AdminClient = {
    cookie: undefined,
    address: remoteAddress,
    async call(method, path, { body, headers = {} } = {}) {
      const response = await app.inject({
        method,
        remoteAddress,
        url: `${adminApiPrefix}${path}`,
        headers: { ...withoutUndefined({ cookie: client.cookie }), ...headers },
        ...(body !== undefined && { payload: z.union([z.string(), z.looseObject({})]).parse(body) }),
      });
      const text = response.body;
      const isJson = String(response.headers['content-type']).startsWith('application/json');
      return {
        status: response.statusCode,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    async login(password, code) {
      const answer = await client.call('POST', '/login', { body: { password, code } });
      const cookie = String(answer.headers['set-cookie'] ?? '').split(';', 1)[0];
      if (answer.status === 200) client.cookie = cookie;
      return answer;
    },
  };
  return client;
}

/** The first entry of a named list in a response. @throws if it is empty */
export function firstOf<Schema extends z.ZodType>(body: unknown, name: string, item: Schema): z.output<Schema> {
  const [first] = z.array(item).parse(z.record(z.string(), z.unknown()).parse(body)[name]);
  if (first === undefined) throw new Error(`no ${name}`);
  return first;
}
