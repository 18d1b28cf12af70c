import type { OutgoingHttpHeader } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { AnswerContext, AnswerEncoders, Dialect } from '../../dialects/dialect.ts';
import type { ExchangeReport } from '../../exchange/exchange.ts';
import { failureOf } from '../../exchange/report.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import { atTurnEnd } from '../../lib/turn-end.ts';
import type { ClientApiServices } from './client-api.ts';
import { answerHeaders, usageEstimatedHeader } from './headers.ts';
import { sendFailure } from './send-failure.ts';
import { StreamResponse } from './stream-response.ts';

/** How an answer is written: encoded from events, or relayed frame by frame if the upstream uses the same dialect. */
export interface EncoderChoice {
  readonly plain: AnswerEncoders;
  readonly relayed: AnswerEncoders | undefined;
}

/** Where an answer goes, and in which API. */
export interface AnswerDestination {
  readonly dialect: Dialect;
  readonly services: ClientApiServices;
  readonly reply: FastifyReply;
}

/** The answer to one request: a stream or a whole body. */
export class OutgoingAnswer {
  readonly #destination: AnswerDestination;
  readonly #encoders: EncoderChoice;
  readonly #context: AnswerContext;
  /** Whether to report the attempts in the pool. */
  readonly #showTrace: boolean;
  #stream: StreamResponse | undefined;

  constructor(destination: AnswerDestination, encoders: EncoderChoice, context: AnswerContext) {
    this.#destination = destination;
    this.#encoders = encoders;
    this.#context = context;
    this.#showTrace = destination.reply.request.headers['x-debug'] === 'pool';
  }

  /** Prepares a streamed answer. Its headers are sent with the first content or heartbeat. */
  startStream(): StreamResponse {
    const { reply, services } = this.#destination;
    this.#stream = new StreamResponse({
      response: reply.raw,
      stalledReaders: services.stalledReaders,
      createEncoder: ({ relayed }) => this.#chooseEncoders(relayed).createStreamEncoder(this.#context),
      heartbeat: services.settings().timeouts.heartbeat,
      headers: (opening, contentType) => {
        reply.hijack();
        return {
          ...headersSoFar(reply),
          ...answerHeaders({ ...opening, showTrace: this.#showTrace }),
          'content-type': contentType,
          'cache-control': 'no-cache',
          // Otherwise nginx buffers the stream.
          'x-accel-buffering': 'no',
        };
      },
    });
    this.#stream.start();
    return this.#stream;
  }

  /** Sends the whole answer or the failure, or ends the stream if it was opened. */
  send(report: ExchangeReport): void {
    if (this.#stream?.isOpen === true) {
      endStream(this.#stream, report);
      return;
    }
    this.#stream?.stop();
    const { dialect, reply } = this.#destination;
    if (report.outcome === 'aborted') {
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    const headers = answerHeaders({ ...report, showTrace: this.#showTrace });
    const { answer, usage } = report;
    if (answer === undefined) {
      reply.headers(headers);
      sendFailure(reply, dialect, failureOf(report));
      return;
    }
    if (usage.estimated) headers[usageEstimatedHeader] = 'true';
    const encoders = this.#chooseEncoders(answer.frame !== undefined);
    this.#sendBytes(headers, encoders.encodeAnswer({ ...answer, usage }, this.#context));
  }

  /** Ends the heartbeats after an error of our own. */
  abandon(): void {
    if (this.#stream?.isOpen === true) this.#stream.abandon();
    else this.#stream?.stop();
  }

  #chooseEncoders(relayed: boolean): AnswerEncoders {
    return (relayed ? this.#encoders.relayed : undefined) ?? this.#encoders.plain;
  }

  /** Bypasses Fastify's `send`, which takes as long as writing the bytes to the socket. */
  #sendBytes(headers: Readonly<Record<string, string>>, bytes: ByteString): void {
    const { reply, services } = this.#destination;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...headersSoFar(reply),
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
    });
    atTurnEnd(() => services.stalledReaders.end(reply.raw, bytes));
  }
}

function endStream(stream: StreamResponse, report: ExchangeReport): void {
  if (report.outcome === 'success') stream.end(report.usage, report.notes);
  else if (report.outcome === 'failure') stream.fail(failureOf(report));
  else stream.abandon();
}

/** Headers set by hooks, for a response that bypasses Fastify. */
function headersSoFar(reply: FastifyReply): NodeJS.Dict<OutgoingHttpHeader> {
  return reply.getHeaders();
}
