import type { OutgoingHttpHeader } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Failure, toFailure } from '../../conversation/failure.ts';
import type { AnswerContext, AnswerOptions, Dialect } from '../../dialects/dialect.ts';
import type { Asker, ExchangeInput, ExchangeReport, RefusedRequest } from '../../exchange/exchange.ts';
import { failureOf } from '../../exchange/report.ts';
import { createRequestSource } from '../../exchange/request-source.ts';
import { LimitFailure } from '../../keys/limit-failure.ts';
import type { Admission } from '../../keys/limits.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import { atTurnEnd } from '../../lib/turn-end.ts';
import { cancelledWhenClosed } from '../aborted-when-closed.ts';
import { clientAddress } from '../security/client-address.ts';
import type { Caller, ClientApiServices } from './client-api.ts';
import { answerHeaders, usageEstimatedHeader } from './headers.ts';
import { StreamResponse } from './stream-response.ts';

const emptyBody = new Uint8Array();

/**
 * The one handler of every dialect's generating route: decode, admit, run, answer.
 *
 * @param callerOf who is asking: a key's holder, or the admin in the playground
 */
export function createExchangeHandler(
  dialect: Dialect,
  services: ClientApiServices,
  callerOf: (request: FastifyRequest) => Caller,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const ofDialect = { dialect: dialect.name, statusOf: (failure: Failure) => dialect.encodeFailure(failure).status };
  return async (request, reply) => {
    const caller = callerOf(request);
    const asker = { ...ofDialect, ...readAsker(request, caller, services.clock()) };
    const body = request.body instanceof Uint8Array ? request.body : emptyBody;
    let refused: RefusedRequest = { model: '', stream: false };
    let source: DecodedSource;
    let admission: Admission;
    try {
      source = decode(dialect, body);
      refused = source.request;
      const { id, prices } = services.catalogue.find(refused.model);
      const models = [refused.model, id];
      const { choiceCount: choices } = source.request;
      const admitted = caller.admit({ models, address: clientAddress(request), body, choices, prices });
      admission = admitted instanceof Promise ? await admitted : admitted;
    } catch (error) {
      const failure = toFailure(error);
      services.exchange.refuse(asker, refused, failure);
      return sendFailure(reply, dialect, failure);
    }
    reply.headers(admission.headers);
    const loggedRequest = caller.logsContent(asker.startedAt) ? Buffer.from(body).toString('utf8') : null;
    const signal = cancelledWhenClosed(reply);
    const mayUse = (model: string) => caller.mayUse(model);
    const input: ExchangeInput = { ...asker, ...source, signal, loggedRequest, mayUse };
    try {
      const answer = createAnswer(input, source.answerOptions, dialect, services, reply);
      const report = await services.exchange.run(input, answer.stream);
      send(answer, report);
      admission.settle(report.usage.inputTokens + report.usage.outputTokens, report.cost ?? 0);
      return reply;
    } catch (error) {
      return sendFailure(reply, dialect, toFailure(error));
    } finally {
      admission.release();
    }
  };
}

type DecodedSource = Pick<ExchangeInput, 'request' | 'warnings'> & { readonly answerOptions: AnswerOptions };

function decode(dialect: Dialect, body: Uint8Array): DecodedSource {
  const decoded = dialect.decodeRequest(body);
  const { warnings, answerOptions } = decoded;
  return { request: createRequestSource(decoded, () => dialect.decodeRequest(body)), warnings, answerOptions };
}

function readAsker(request: FastifyRequest, caller: Caller, startedAt: number): Omit<Asker, 'dialect' | 'statusOf'> {
  return {
    id: request.id,
    startedAt,
    keyId: caller.keyId,
    keyName: caller.name,
    clientAddress: clientAddress(request),
    userAgent: request.headers['user-agent'] ?? '',
  };
}

/** Where an answer goes, and in what form. */
interface Answer {
  readonly reply: FastifyReply;
  readonly dialect: Dialect;
  readonly context: AnswerContext;
  /** Of streamed answers only. */
  readonly stream: StreamResponse | undefined;
  /** Tell the walk through the pool. */
  readonly showTrace: boolean;
}

function createAnswer(
  input: ExchangeInput,
  options: AnswerOptions,
  dialect: Dialect,
  services: ClientApiServices,
  reply: FastifyReply,
): Answer {
  const context: AnswerContext = {
    id: input.id,
    created: Math.floor(input.startedAt / 1000),
    model: input.request.model,
    options,
  };
  const showTrace = reply.request.headers['x-debug'] === 'pool';
  const stream = input.request.stream ? createStream(reply, dialect, context, services, showTrace) : undefined;
  return { reply, dialect, context, stream, showTrace };
}

function createStream(
  reply: FastifyReply,
  dialect: Dialect,
  context: AnswerContext,
  services: ClientApiServices,
  showTrace: boolean,
): StreamResponse {
  const encoder = dialect.createStreamEncoder(context);
  return new StreamResponse({
    response: reply.raw,
    encoder,
    heartbeat: services.settings().timeouts.heartbeat,
    headers: (opening) => {
      reply.hijack();
      return {
        ...headersSoFar(reply),
        ...answerHeaders({ ...opening, showTrace }),
        'content-type': encoder.contentType,
        'cache-control': 'no-cache',
        // nginx would hold the stream back.
        'x-accel-buffering': 'no',
      };
    },
  });
}

function send({ reply, dialect, context, stream, showTrace }: Answer, report: ExchangeReport): void {
  if (stream !== undefined && report.committed) {
    endStream(stream, report);
    return;
  }
  if (report.outcome === 'aborted') {
    reply.hijack();
    reply.raw.destroy();
    return;
  }
  const headers = answerHeaders({ ...report, showTrace });
  if (report.result === undefined) {
    reply.headers(headers);
    sendFailure(reply, dialect, failureOf(report));
    return;
  }
  if (report.usage.estimated) headers[usageEstimatedHeader] = 'true';
  sendBytes(reply, headers, dialect.encodeResult({ ...report.result, usage: report.usage }, context));
}

function endStream(stream: StreamResponse, report: ExchangeReport): void {
  if (report.outcome === 'success') stream.end(report.usage);
  else if (report.outcome === 'failure') stream.fail(failureOf(report));
  else stream.abandon();
}

/** Past Fastify's own sending, which costs as much again as the bytes' way to the socket. */
function sendBytes(reply: FastifyReply, headers: Readonly<Record<string, string>>, bytes: ByteString): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...headersSoFar(reply),
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  });
  atTurnEnd(() => reply.raw.end(bytes, 'latin1'));
}

/** What hooks have set, for a response that is written past Fastify. */
function headersSoFar(reply: FastifyReply): NodeJS.Dict<OutgoingHttpHeader> {
  return reply.getHeaders();
}

/** A failure before anything was sent, in the dialect's own format. */
export function sendFailure(reply: FastifyReply, dialect: Dialect, failure: Failure): FastifyReply {
  if (failure.kind === 'internal') {
    reply.log.error({ requestId: reply.request.id, err: failure.cause ?? failure }, 'request failed');
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return reply;
  }
  if (failure instanceof LimitFailure) reply.headers(failure.headers);
  const encoded = dialect.encodeFailure(failure);
  return reply.code(encoded.status).headers(encoded.headers).type('application/json; charset=utf-8').send(encoded.body);
}
