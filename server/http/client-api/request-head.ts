import type { FastifyRequest } from 'fastify';
import type { Dialect, RequestHead } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** null until it is first needed. */
    head: RequestHead | null;
  }
}

/** The parts of a request that a dialect may inspect before the body is read. */
export function headOf(request: FastifyRequest): RequestHead {
  request.head ??= new Head(request);
  return request.head;
}

class Head implements RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHead['headers'];
  readonly #search: string;
  #query: URLSearchParams | undefined;

  constructor({ method, url, headers }: FastifyRequest) {
    const mark = url.indexOf('?');
    this.method = method;
    this.path = decodePath(mark === -1 ? url : url.slice(0, mark));
    this.headers = headers;
    this.#search = mark === -1 ? '' : url.slice(mark + 1);
  }

  /** Parsed lazily, because few clients send a query. */
  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }
}

/** The dialect that formats an error outside of its own endpoints. */
export function dialectOf(request: FastifyRequest): Dialect {
  const head = headOf(request);
  return dialects.find((dialect) => dialect.recognises(head)) ?? dialects[0];
}

function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
