import { Buffer } from 'node:buffer';
import type { ModelEntry } from '../catalogue/catalogue.ts';
import { type ModelEndpoint, orderEndpoints } from '../catalogue/endpoints.ts';
import { dropProofs } from '../conversation/drop-proofs.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { ConversationRequest } from '../conversation/request.ts';
import { TranslationLog } from '../conversation/translation.ts';
import { WholeTextNeeded } from '../lib/abridged-body.ts';
import { parseJson } from '../lib/json.ts';
import type { Endpoint } from '../pool/pool.ts';
import { findRefusedMember } from '../upstream/find-refused-member.ts';
import { refusesProof } from '../upstream/refuses-proof.ts';
import { encodeByRoute, encodeForRoute } from '../upstream/routes/encode-for-route.ts';
import type { DecoderOptions, EncodedRequest, RouteTarget, UpstreamRoute } from '../upstream/routes/route.ts';
import type { ExchangeDependencies, ExchangeInput } from './exchange.ts';
import type { RefusedMembers } from './refused-members.ts';

/** A request encoded for one endpoint. */
export interface PlannedRequest {
  readonly route: UpstreamRoute;
  readonly encoded: EncodedRequest & { readonly body: Uint8Array[] };
  /** The form in which the answer's frames may be relayed, if any. */
  readonly frames: DecoderOptions['frames'];
  /** The names of the request's tools; empty if frames are relayed. */
  readonly toolNames: ReadonlySet<string>;
}

const noTools: Pick<ConversationRequest, 'tools'> = { tools: [] };

/** Maximum refused members that are left out of one request, one per attempt. */
const maxDropped = 24;

/** The endpoints that a request may use for a model. Each encoding is made on first use. */
export class EndpointPlan {
  readonly #model: ModelEntry;
  readonly #input: ExchangeInput;
  readonly #routes: ReadonlyMap<string, UpstreamRoute>;
  readonly #refused: RefusedMembers;
  /** Paths of members that were refused in this request's attempts, by endpoint. */
  readonly #dropped = new Map<string, readonly string[]>();
  /** Endpoints that refused the reasoning proofs. */
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
    this.#endpoints = this.#demotePoorRoutes(orderEndpoints(model, input.dialect));
  }

  /** The remaining endpoints in order of preference, without those that cannot carry the request. */
  get endpoints(): readonly ModelEndpoint[] {
    return this.#endpoints;
  }

  /** @returns a failure when the endpoint cannot carry the request; it is then removed from the plan */
  encode(endpoint: Endpoint): PlannedRequest | Failure {
    const known = this.#planned.get(keyOf(endpoint));
    if (known !== undefined) return known;
    try {
      const route = this.#routes.get(endpoint.route);
      if (route === undefined) throw new Failure('internal', 'The model names a route that does not exist.');
      const planned = this.#planWhole(route, endpoint);
      this.#planned.set(keyOf(endpoint), planned);
      return planned;
    } catch (error) {
      this.#endpoints = this.#endpoints.filter((other) => keyOf(other) !== keyOf(endpoint));
      return toFailure(error);
    }
  }

  /** Frees the bytes of all encodings. Call when no other attempt can follow. */
  release(): void {
    // The list itself is emptied, because the running attempt refers to it.
    for (const { encoded } of this.#planned.values()) encoded.body.length = 0;
    this.#planned.clear();
  }

  /** Moves routes that serve the request poorly behind the others. */
  #demotePoorRoutes(endpoints: readonly ModelEndpoint[]): readonly ModelEndpoint[] {
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
   * Handles a refusal of an optional member or of reasoning proofs: leaves it out from now on.
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

  /** Encodes the request, with its set-aside text restored if the encoder needs it. */
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
    const given = source.read();
    const target: RouteTarget = {
      model: endpoint.upstreamModel,
      maxOutputTokens: this.#model.maxOutputTokens,
      refusedMembers: this.#refusedBy(endpoint),
      promptCaching,
    };
    const encoded = this.#unproven.has(keyOf(endpoint))
      ? encodeUnproven(route, given.request(), target)
      : encodeForRoute(route, given, target);
    const passesFrames =
      relaysAnswers &&
      route.dialect === dialect &&
      encoded.answerIsRelayable === true &&
      encoded.createAnswerTransform === undefined;
    const frames = passesFrames ? (source.stream ? 'stream' : 'whole') : undefined;
    const { tools } = passesFrames ? noTools : (given.original?.shape ?? given.request());
    const toolNames = new Set(tools.map(({ name }) => name));
    return { route, encoded: { ...encoded, body: [...encoded.body] }, frames, toolNames };
  }

  #refusedBy(endpoint: Endpoint): ReadonlySet<string> {
    const known = this.#refused.membersOf(endpoint.route, endpoint.upstreamModel);
    const dropped = this.#dropped.get(keyOf(endpoint));
    return dropped === undefined ? known : new Set([...known, ...dropped]);
  }
}

function encodeUnproven(route: UpstreamRoute, request: ConversationRequest, target: RouteTarget): EncodedRequest {
  const encoded = encodeByRoute(route, { ...request, messages: dropProofs(request.messages) }, target);
  const notes = new TranslationLog();
  notes.dropped('reasoning', 'The upstream rejected earlier reasoning as not its own.');
  return { ...encoded, notes: [...encoded.notes, ...notes.list()] };
}

function parseBody(pieces: readonly Uint8Array[]): unknown {
  return parseJson(Buffer.concat(pieces).toString('utf8'));
}

function keyOf({ route, upstreamModel }: Endpoint): string {
  return `${route} ${upstreamModel}`;
}
