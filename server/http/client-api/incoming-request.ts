import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TranslationNote } from '../../conversation/translation.ts';
import type { AnswerEndpoint, DecodedRequest, RequestContext, RequestHead } from '../../dialects/dialect.ts';
import type { RefusedRequest } from '../../exchange/exchange.ts';
import { createRequestSource, type RequestSource } from '../../exchange/request-source.ts';
import type { Admission } from '../../keys/limits.ts';
import type { AbridgedBody } from '../../lib/abridged-body.ts';
import { clientAddress } from '../security/client-address.ts';
import type { Caller, ClientApiServices } from './client-api.ts';
import type { EncoderChoice } from './outgoing-answer.ts';
import { decodeAbridged, guessTokens, receivedBody, smallBody, toRequestBody } from './received-body.ts';
import { createRequestContext, guessRecalledTokens } from './request-context.ts';
import { headOf } from './request-head.ts';

/**
 * A request that may run: it was decoded and is within the limits of its key. It does not hold the decoded request, which
 * `request` releases as soon as it is encoded for the upstream.
 */
export interface AdmittedRequest {
  readonly request: RequestSource;
  readonly encoders: EncoderChoice;
  readonly notes: readonly TranslationNote[];
  /** The id of the model that the requested name resolves to. */
  readonly modelId: string;
  readonly admission: Admission;
}

/** A request for an answer, while it is read. */
export class IncomingRequest {
  readonly body: AbridgedBody;
  /** What is known of the request so far, for the record of a refused one. */
  outline: RefusedRequest = { model: '', stream: false };
  readonly #endpoint: AnswerEndpoint;
  readonly #request: FastifyRequest;
  readonly #head: RequestHead;
  #context: RequestContext;
  #guess: number | undefined;

  constructor(endpoint: AnswerEndpoint, request: FastifyRequest, { vault }: Pick<ClientApiServices, 'vault'>) {
    this.body = receivedBody(request);
    this.#endpoint = endpoint;
    this.#request = request;
    this.#head = headOf(request);
    this.#context = { recalled: new Map(), vault };
  }

  /** Decodes the request and checks the limits of its key. @throws Failure */
  async admit(caller: Caller, services: ClientApiServices, reply: FastifyReply): Promise<AdmittedRequest> {
    const context = createRequestContext(this.#endpoint, this.body, caller, services, reply);
    this.#context = context instanceof Promise ? await context : context;
    const decoded = this.#decode();
    this.outline = decoded.outline;
    const { rereadsBody = false } = decoded;
    const { model, choiceCount: choices } = decoded.outline;
    const { id: modelId, prices } = services.catalogue.findModel(model);
    const guessInputTokens = () => Math.ceil(this.guessInputTokens() * services.estimator.guessFactor(modelId));
    const address = clientAddress(this.#request);
    const admission = caller.admit({ models: [model, modelId], address, guessInputTokens, choices, prices });
    return {
      request: createRequestSource(
        decoded,
        () => this.#decode(),
        toRequestBody(this.body, () => {
          if (!rereadsBody) this.#release();
        }),
      ),
      encoders: { plain: decoded.encoders, relayed: decoded.relayEncoders },
      notes: decoded.notes,
      modelId,
      admission: admission instanceof Promise ? await admission : admission,
    };
  }

  /** A rough estimate of the input tokens, also of recalled answers. */
  guessInputTokens(): number {
    this.#guess ??= guessTokens(this.body) + guessRecalledTokens(this.#context);
    return this.#guess;
  }

  /** Frees the memory of the body, for other requests as well. */
  #release(): void {
    if (this.body.bytes.length <= smallBody) return;
    this.guessInputTokens();
    this.body.release();
    this.#context = { ...this.#context, recalled: new Map() };
    this.#request.bodyShare?.release();
  }

  #decode(): DecodedRequest {
    return decodeAbridged(this.body, (json) => this.#endpoint.decodeRequest(json, this.#head, this.#context));
  }
}
