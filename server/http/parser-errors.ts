import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type FailureReason } from '../conversation/failure.ts';
import { http } from '../lib/node-http.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { dialectOf } from './client-api/request-head.ts';

interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Absent: the request is malformed. */
  readonly reason?: FailureReason;
}

/** Errors of Node's HTTP parser by code. All others become a 400. */
const refusals: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    message: 'The request did not arrive in time.',
    reason: 'request-timeout',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    message: 'The chunk extensions of the request are too large.',
    reason: 'request-too-large',
  },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too large.' },
};
const malformed = { status: 400, message: 'The request is not well-formed HTTP/1.1.' };
const unexpected = { status: 417, message: 'The only supported expectation is 100-continue.' };

/** How long the client may read the response while the rest of its input is discarded; milliseconds. */
const linger = 1000;

/**
 * Responds to requests that cannot be parsed or break off in the body, which no route can do. The latter get an error
 * in their dialect's format.
 */
export class ParserErrors {
  readonly #newId: () => string;
  readonly #replies = new WeakMap<Socket, FastifyReply>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Tracks which responses are in progress, because nothing may be written between their bytes. */
  watch(app: FastifyInstance): void {
    app.addHook('onRequest', (request, reply, done) => {
      this.#replies.set(request.socket, reply);
      done();
    });
    app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      // Node would respond by itself, without a message.
      this.#answer(response, unexpected, this.#newId());
    });
  }

  /** Fastify's `clientErrorHandler`. */
  readonly handle = (error: Error, socket: Socket): void => {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const reply = this.#replies.get(socket);
    const isUnderWay = reply !== undefined && !(reply.raw.writableFinished && reply.raw.req.complete);
    if (code === 'ECONNRESET' || !socket.writable || (isUnderWay && reply.raw.headersSent)) {
      socket.destroy();
      return;
    }
    const refusal = refusals[code] ?? malformed;
    if (isUnderWay) {
      reply.hijack();
      // After the response, Node would destroy the socket. With unread input, that resets the connection, and the client
      // may not get the response.
      socket.destroySoon = () => socket.end();
      answerInDialect(reply.raw, reply.request, refusal);
    } else socket.end(writeAnswer(refusal, this.#newId()));
    socket.resume();
    setTimeout(() => socket.destroy(), linger).unref();
  };

  #answer(response: ServerResponse, { status, message }: Refusal, id: string): void {
    const body = encode(message);
    response.writeHead(status, { ...headersOf(body, id), connection: 'close' }).end(body);
  }
}

/** The request's head tells which dialect it is. */
function answerInDialect(response: ServerResponse, request: FastifyRequest, { message, reason }: Refusal): void {
  const context = { requestId: request.id };
  const dialect = dialectOf(request);
  const failure = new Failure('invalid-request', message, {
    fault: 'request',
    ...withoutUndefined({ reason }),
  });
  const { status, headers, body } = dialect.encodeFailure(failure, context);
  response
    .writeHead(status, {
      ...headersOf(body, request.id),
      ...dialect.encodeRequestId?.(context),
      ...headers,
      connection: 'close',
    })
    .end(body);
}

function writeAnswer({ status, message }: Refusal, id: string): string {
  const body = encode(message);
  const headers = Object.entries(headersOf(body, id)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nconnection: close\r\n${headers.join('')}\r\n${body}`;
}

function headersOf(body: string, id: string): Readonly<Record<string, string>> {
  return {
    'x-request-id': id,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  };
}

function encode(message: string): string {
  return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
}
