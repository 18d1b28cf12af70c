import { Buffer } from 'node:buffer';
import type { ModelEntry } from '../catalogue/catalogue.ts';
import { type ModelEndpoint, orderEndpoints } from '../catalogue/endpoints.ts';
import { dropProofs } from '../conversation/drop-proofs.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { ConversationRequest, OriginalBody } from '../conversation/request.ts';
import { TranslationLog } from '../conversation/translation.ts';
import { WholeTextNeeded } from '../lib/abridged-body.ts';
import { parseJson } from '../lib/json.ts';
import type { Endpoint } from '../pool/pool.ts';
import { findRefusedMember } from '../upstream/find-refused-member.ts';
import { refusesProof } from '../upstream/refuses-proof.ts';
import type { DecoderOptions, EncodedRequest, RouteTarget, UpstreamRoute } from '../upstream/routes/route.ts';
import type { ExchangeDependencies, ExchangeInput } from './exchange.ts';
import type { RefusedMembers } from './refused-members.ts';

/** A request as one endpoint gets it. */
export interface PlannedRequest {
  readonly route: UpstreamRoute;
  readonly encoded: EncodedRequest;
  /** In which form the answer's frames may be passed on as they come. */
  readonly frames: DecoderOptions['frames'];
}

/** Members that one request may have left out, one after the other, because they were refused. */
const maxDropped = 8;

/** The ways to a model that a request may take, each encoded when it is first taken. */
export class EndpointPlan {
  readonly #model: ModelEntry;
  readonly #input: ExchangeInput;
  readonly #routes: ReadonlyMap<string, UpstreamRoute>;
  readonly #refused: RefusedMembers;
  /** Paths that this request's own attempts showed to be refused, by endpoint. */
  readonly #dropped = new Map<string, readonly string[]>();
  /** Endpoints that refused a proof of reasoning. */
  readonly #unproven = new Set<string>();
  readonly #planned = new Map<string, PlannedRequest>();
  #endpoints: readonly ModelEndpoint[];

  constructor(
    model: ModelEntry,
    input: ExchangeInput,
    { routes, refusedMembers }: Pick<ExchangeDependencies, 'routes' | 'refusedMembers'>,
  ) {
    this.#model = model;
    this.#input = input;
    this.#routes = routes;
    this.#refused = refusedMembers;
    this.#endpoints = this.#poorOnesLast(orderEndpoints(model, input.dialect));
  }

  /** In order of preference, without those that cannot carry the request. */
  get endpoints(): readonly ModelEndpoint[] {
    return this.#endpoints;
  }

  /** @returns a failure when the endpoint cannot carry the request: it is none of the plan's any more */
  encode(endpoint: Endpoint): PlannedRequest | Failure {
    const known = this.#planned.get(keyOf(endpoint));
    if (known !== undefined) return known;
    const route = this.#routes.get(endpoint.route);
    if (route === undefined) return new Failure('internal', 'The model names a route that does not exist.');
    try {
      const planned = this.#planWhole(route, endpoint);
      this.#planned.set(keyOf(endpoint), planned);
      return planned;
    } catch (error) {
      this.#endpoints = this.#endpoints.filter((other) => keyOf(other) !== keyOf(endpoint));
      return toFailure(error);
    }
  }

  /** Behind the others come routes that would lose something of the request which others keep. */
  #poorOnesLast(endpoints: readonly ModelEndpoint[]): readonly ModelEndpoint[] {
    const routeOf = (endpoint: ModelEndpoint) => this.#routes.get(endpoint.route);
    if (endpoints.length < 2 || !endpoints.some((endpoint) => routeOf(endpoint)?.servesPoorly)) return endpoints;
    const { original, request } = this.#input.request.read();
    const shape = original?.shape ?? request();
    const isPoor = (endpoint: ModelEndpoint) =>
      routeOf(endpoint)?.servesPoorly?.(shape, endpoint.upstreamModel) === true;
    const good = endpoints.filter((endpoint) => !isPoor(endpoint));
    const native = good.filter((endpoint) => routeOf(endpoint)?.lastResort !== true);
    return [...native, ...endpoints.filter((endpoint) => !native.includes(endpoint))];
  }

  /**
   * After a refusal of something without which the request means the same, a member or proofs of reasoning: it is left out
   * from now on.
   *
   * @returns whether the endpoint is worth another attempt
   */
  dropRefused(endpoint: Endpoint, failure: Failure): boolean {
    return this.#dropProofs(endpoint, failure) || this.#dropMember(endpoint, failure);
  }

  #dropProofs(endpoint: Endpoint, failure: Failure): boolean {
    const key = keyOf(endpoint);
    if (this.#unproven.has(key) || !refusesProof(failure)) return false;
    this.#unproven.add(key);
    return this.#planned.delete(key);
  }

  #dropMember(endpoint: Endpoint, failure: Failure): boolean {
    const key = keyOf(endpoint);
    const planned = this.#planned.get(key);
    const dropped = this.#dropped.get(key) ?? [];
    if (planned === undefined || dropped.length >= maxDropped) return false;
    const { route, encoded } = planned;
    const refused = findRefusedMember(failure, () => {
      const body = parseBody(encoded.body);
      return route.payloadOf === undefined ? body : route.payloadOf(body);
    });
    if (refused === undefined || dropped.includes(refused.path)) return false;
    this.#dropped.set(key, [...dropped, refused.path]);
    this.#planned.delete(key);
    if (refused.always) this.#refused.remember(endpoint.route, endpoint.upstreamModel, refused.path);
    return true;
  }

  /** Some encoders need all of a text that was set aside. */
  #planWhole(route: UpstreamRoute, endpoint: Endpoint): PlannedRequest {
    try {
      return this.#plan(route, endpoint);
    } catch (error) {
      if (!(error instanceof WholeTextNeeded)) throw error;
      this.#input.request.body.restore();
      return this.#plan(route, endpoint);
    }
  }

  #plan(route: UpstreamRoute, endpoint: Endpoint): PlannedRequest {
    const { request: source, dialect, relaysAnswers, promptCaching } = this.#input;
    const { original, request } = source.read();
    const target: RouteTarget = {
      model: endpoint.upstreamModel,
      maxOutputTokens: this.#model.maxOutputTokens,
      refusedMembers: this.#refusedBy(endpoint),
      promptCaching,
    };
    const encoded = this.#unproven.has(keyOf(endpoint))
      ? encodeUnproven(route, request(), target)
      : (relay(route, original, target) ?? route.encodeRequest(request(), target));
    const passesFrames =
      relaysAnswers &&
      route.dialect === dialect &&
      encoded.answerIsRelayable === true &&
      encoded.createAnswerTransform === undefined;
    return { route, encoded, frames: passesFrames ? (source.stream ? 'stream' : 'whole') : undefined };
  }

  #refusedBy(endpoint: Endpoint): ReadonlySet<string> {
    const known = this.#refused.membersOf(endpoint.route, endpoint.upstreamModel);
    const dropped = this.#dropped.get(keyOf(endpoint));
    return dropped === undefined ? known : new Set([...known, ...dropped]);
  }
}

function relay(
  route: UpstreamRoute,
  original: OriginalBody | undefined,
  target: RouteTarget,
): EncodedRequest | undefined {
  return original?.dialect === route.dialect ? route.relayRequest?.(original, target) : undefined;
}

function encodeUnproven(route: UpstreamRoute, request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const encoded = route.encodeRequest({ ...request, messages: dropProofs(request.messages) }, target);
  const notes = new TranslationLog();
  notes.dropped('reasoning', 'The upstream did not take earlier reasoning for its own.');
  return { ...encoded, notes: [...encoded.notes, ...notes.list()] };
}

function parseBody(pieces: readonly Uint8Array[]): unknown {
  return parseJson(Buffer.concat(pieces).toString('utf8'));
}

function keyOf({ route, upstreamModel }: Endpoint): string {
  return `${route} ${upstreamModel}`;
}
