import type { FastifyRequest } from 'fastify';
import { type Failure, toFailure } from '../../conversation/failure.ts';
import type { AnswerContext, AnswerEndpoint, Dialect } from '../../dialects/dialect.ts';
import type { ExchangeInput, Requester } from '../../exchange/exchange.ts';
import { estimateInput } from '../../exchange/report.ts';
import type { AbridgedBody } from '../../lib/abridged-body.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import { cancelledWhenClosed } from '../aborted-when-closed.ts';
import { clientAddress } from '../security/client-address.ts';
import type { Caller, ClientApiServices, ClientHandler } from './client-api.ts';
import { type AdmittedRequest, IncomingRequest } from './incoming-request.ts';
import { type AnswerDestination, OutgoingAnswer } from './outgoing-answer.ts';
import { bodyPrefix, yieldIfLarge } from './received-body.ts';
import { createKeeper } from './request-context.ts';
import { sendFailure } from './send-failure.ts';

/** Creates the handler of an endpoint that generates: decode, admit, run, send the answer. */
export function createAnswerHandler(
  dialect: Dialect,
  endpoint: AnswerEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return async (request, reply, caller) => {
    const requester = readRequester(dialect, request, caller, services.clock());
    const incoming = new IncomingRequest(endpoint, request, services);
    let admitted: AdmittedRequest;
    try {
      admitted = await incoming.admit(caller, services, reply);
    } catch (error) {
      const failure = toFailure(error);
      services.exchange.refuse(requester, incoming.outline, failure);
      return sendFailure(reply, dialect, failure);
    }
    const canceller = cancelledWhenClosed(reply);
    const isOver = services.running.add({ keyId: caller.keyId, abort: (failure) => canceller.abort(failure) });
    try {
      const input = createInput(requester, incoming, admitted, caller, services, canceller);
      await serve(input, incoming.body, admitted, { dialect, services, reply });
      return reply;
    } catch (error) {
      return sendFailure(reply, dialect, toFailure(error));
    } finally {
      isOver();
      admitted.admission.release();
    }
  };
}

function readRequester(dialect: Dialect, request: FastifyRequest, caller: Caller, startedAt: number): Requester {
  return {
    dialect: dialect.name,
    statusOf: (failure: Failure) => dialect.encodeFailure(failure, { requestId: request.id }).status,
    lossOf: (event) => dialect.lossOf(event),
    id: request.id,
    startedAt,
    keyId: caller.keyId,
    keyName: caller.name,
    clientAddress: clientAddress(request),
    userAgent: request.headers['user-agent'] ?? '',
  };
}

function createInput(
  requester: Requester,
  incoming: IncomingRequest,
  { request, encoders, notes }: AdmittedRequest,
  caller: Caller,
  services: ClientApiServices,
  signal: Cancellation,
): ExchangeInput {
  return {
    ...requester,
    request,
    guessInputTokens: () => incoming.guessInputTokens(),
    notes,
    relaysAnswers: encoders.relayed !== undefined,
    promptCaching: caller.promptCaching ?? services.settings().pool.promptCaching,
    signal,
    loggedRequest: caller.logsContent(requester.startedAt) ? bodyPrefix(incoming.body) : null,
    mayUse: (model) => caller.mayUse(model),
  };
}

/** Runs the exchange and sends its answer. */
async function serve(
  input: ExchangeInput,
  body: AbridgedBody,
  { admission, encoders, modelId }: AdmittedRequest,
  destination: AnswerDestination,
): Promise<void> {
  const { dialect, services, reply } = destination;
  reply.headers(dialect.encodeLimits(admission.limits));
  if (dialect.encodeRequestId !== undefined) reply.headers(dialect.encodeRequestId({ requestId: input.id }));
  const context: AnswerContext = {
    id: input.id,
    created: Math.floor(input.startedAt / 1000),
    model: input.request.model,
    estimateInputTokens: () => estimateInput(modelId, input, services.estimator),
    ...createKeeper(input.keyId, body, services),
  };
  const answer = new OutgoingAnswer(destination, encoders, context);
  const stream = input.request.stream ? answer.startStream() : undefined;
  const turn = yieldIfLarge(body.bytes);
  if (turn !== undefined) await turn;
  try {
    const report = await services.exchange.serveRequest(input, stream);
    admission.settle(report.usage.inputTokens + report.usage.outputTokens, report.cost ?? 0);
    answer.send(report);
  } catch (error) {
    answer.abandon();
    throw error;
  }
}
