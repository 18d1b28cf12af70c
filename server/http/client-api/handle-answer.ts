import type { OutgoingHttpHeader } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Failure, toFailure } from '../../conversation/failure.ts';
import type {
  AnswerContext,
  AnswerEncoders,
  AnswerEndpoint,
  DecodedRequest,
  Dialect,
  RequestContext,
} from '../../dialects/dialect.ts';
import type { Asker, ExchangeInput, ExchangeReport, RefusedRequest } from '../../exchange/exchange.ts';
import { failureOf } from '../../exchange/report.ts';
import { createRequestSource } from '../../exchange/request-source.ts';
import type { Admission } from '../../keys/limits.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import { atTurnEnd } from '../../lib/turn-end.ts';
import { cancelledWhenClosed } from '../aborted-when-closed.ts';
import { clientAddress } from '../security/client-address.ts';
import type { Caller, ClientApiServices, ClientHandler } from './client-api.ts';
import { answerHeaders, usageEstimatedHeader } from './headers.ts';
import {
  bodyPrefix,
  decodeAbridged,
  guessTokens,
  isLarge,
  receivedBody,
  toRequestBody,
  yieldIfLarge,
} from './received-body.ts';
import { createKeeper, createRequestContext, guessRecalledTokens } from './request-context.ts';
import { headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';
import type { StalledReaders } from './stalled-readers.ts';
import { StreamResponse } from './stream-response.ts';

/** Creates the handler of an endpoint that generates: decode, admit, run, send the answer. */
export function createAnswerHandler(
  dialect: Dialect,
  endpoint: AnswerEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return async (request, reply, caller) => {
    const statusOf = (failure: Failure) => dialect.encodeFailure(failure, { requestId: request.id }).status;
    const asker = { dialect: dialect.name, statusOf, ...readAsker(request, caller, services.clock()) };
    const body = receivedBody(request);
    const head = headOf(request);
    let refused: RefusedRequest = { model: '', stream: false };
    let context: RequestContext = { recalled: new Map(), vault: services.vault };
    const decode = () => decodeAbridged(body, (json) => endpoint.decodeRequest(json, head, context));
    const guess = () => guessTokens(body) + guessRecalledTokens(context);
    let decoded: DecodedRequest;
    let admission: Admission;
    let modelId: string;
    try {
      const found = createRequestContext(endpoint, body, caller, services, reply);
      context = found instanceof Promise ? await found : found;
      decoded = decode();
      refused = decoded.outline;
      const { id, prices } = services.catalogue.findModel(refused.model);
      modelId = id;
      const models = [refused.model, id];
      const guessInputTokens = () => Math.ceil(guess() * services.estimator.guessFactor(id));
      const { choiceCount: choices } = decoded.outline;
      const admitted = caller.admit({ models, address: clientAddress(request), guessInputTokens, choices, prices });
      admission = admitted instanceof Promise ? await admitted : admitted;
    } catch (error) {
      const failure = toFailure(error);
      services.exchange.refuse(asker, refused, failure);
      return sendFailure(reply, dialect, failure);
    }
    const { encoders, relayEncoders, notes } = decoded;
    const canceller = cancelledWhenClosed(reply);
    const isOver = services.running.add({ keyId: caller.keyId, abort: (failure) => canceller.abort(failure) });
    const input: ExchangeInput = {
      ...asker,
      request: createRequestSource(decoded, decode, toRequestBody(body)),
      guessInputTokens: guess,
      notes,
      relaysAnswers: relayEncoders !== undefined,
      lossOf: (event) => dialect.lossOf(event),
      promptCaching: caller.promptCaching ?? services.settings().pool.promptCaching,
      signal: canceller,
      loggedRequest: caller.logsContent(asker.startedAt) ? bodyPrefix(body) : null,
      mayUse: (model) => caller.mayUse(model),
    };
    reply.headers(dialect.encodeLimits(admission.limits));
    if (dialect.encodeRequestId !== undefined) reply.headers(dialect.encodeRequestId({ requestId: request.id }));
    try {
      const estimateInput = () =>
        isLarge(body) ? guess() : services.estimator.countInput(modelId, input.request.read().request());
      const choice = { plain: encoders, relayed: relayEncoders };
      const keeper = createKeeper(caller.keyId, body, services);
      const answer = createAnswer(input, choice, dialect, services, reply, estimateInput, keeper);
      const turn = yieldIfLarge(body.bytes);
      if (turn !== undefined) await turn;
      const report = await services.exchange.serveRequest(input, answer.stream);
      send(answer, report);
      admission.settle(report.usage.inputTokens + report.usage.outputTokens, report.cost ?? 0);
      return reply;
    } catch (error) {
      return sendFailure(reply, dialect, toFailure(error));
    } finally {
      isOver();
      admission.release();
    }
  };
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

/** How an answer is written: encoded from events, or relayed frame by frame if the upstream uses the same dialect. */
interface EncoderChoice {
  readonly plain: AnswerEncoders;
  readonly relayed: AnswerEncoders | undefined;
}

/** The destination and format of an answer. */
interface Answer {
  readonly reply: FastifyReply;
  readonly dialect: Dialect;
  readonly context: AnswerContext;
  readonly encoders: EncoderChoice;
  /** Only set for streamed answers. */
  readonly stream: StreamResponse | undefined;
  /** Whether to report the attempts in the pool. */
  readonly showTrace: boolean;
  readonly stalledReaders: StalledReaders;
}

function createAnswer(
  input: ExchangeInput,
  encoders: EncoderChoice,
  dialect: Dialect,
  services: ClientApiServices,
  reply: FastifyReply,
  estimateInputTokens: () => number,
  keeper: Pick<AnswerContext, 'keep'>,
): Answer {
  const context: AnswerContext = {
    id: input.id,
    created: Math.floor(input.startedAt / 1000),
    model: input.request.model,
    estimateInputTokens,
    ...keeper,
  };
  const showTrace = reply.request.headers['x-debug'] === 'pool';
  const stream = input.request.stream ? createStream(reply, encoders, context, services, showTrace) : undefined;
  stream?.start();
  return { reply, dialect, context, encoders, stream, showTrace, stalledReaders: services.stalledReaders };
}

function createStream(
  reply: FastifyReply,
  encoders: EncoderChoice,
  context: AnswerContext,
  services: ClientApiServices,
  showTrace: boolean,
): StreamResponse {
  return new StreamResponse({
    response: reply.raw,
    stalledReaders: services.stalledReaders,
    createEncoder: ({ relayed }) =>
      ((relayed ? encoders.relayed : undefined) ?? encoders.plain).createStreamEncoder(context),
    heartbeat: services.settings().timeouts.heartbeat,
    headers: (opening, contentType) => {
      reply.hijack();
      return {
        ...headersSoFar(reply),
        ...answerHeaders({ ...opening, showTrace }),
        'content-type': contentType,
        'cache-control': 'no-cache',
        // Otherwise nginx buffers the stream.
        'x-accel-buffering': 'no',
      };
    },
  });
}

function send(target: Answer, report: ExchangeReport): void {
  const { reply, dialect, context, encoders, stream, showTrace } = target;
  if (stream?.isOpen === true) {
    endStream(stream, report);
    return;
  }
  stream?.stop();
  if (report.outcome === 'aborted') {
    reply.hijack();
    reply.raw.destroy();
    return;
  }
  const headers = answerHeaders({ ...report, showTrace });
  const { answer, usage } = report;
  if (answer === undefined) {
    reply.headers(headers);
    sendFailure(reply, dialect, failureOf(report));
    return;
  }
  if (usage.estimated) headers[usageEstimatedHeader] = 'true';
  const encoder = (answer.frame === undefined ? undefined : encoders.relayed) ?? encoders.plain;
  sendBytes(target, headers, encoder.encodeAnswer({ ...answer, usage }, context));
}

function endStream(stream: StreamResponse, report: ExchangeReport): void {
  if (report.outcome === 'success') stream.end(report.usage);
  else if (report.outcome === 'failure') stream.fail(failureOf(report));
  else stream.abandon();
}

/** Bypasses Fastify's `send`, which takes as long as writing the bytes to the socket. */
function sendBytes(
  { reply, stalledReaders }: Answer,
  headers: Readonly<Record<string, string>>,
  bytes: ByteString,
): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...headersSoFar(reply),
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  });
  atTurnEnd(() => stalledReaders.end(reply.raw, bytes));
}

/** Headers set by hooks, for a response that bypasses Fastify. */
function headersSoFar(reply: FastifyReply): NodeJS.Dict<OutgoingHttpHeader> {
  return reply.getHeaders();
}
