import type { ModelEntry } from '../catalogue/catalogue.ts';
import { type ModelEndpoint, orderEndpoints } from '../catalogue/endpoints.ts';
import { Failure, toFailure } from '../conversation/failure.ts';
import type { Endpoint } from '../pool/pool.ts';
import type { DecoderOptions, EncodedRequest, RouteTarget, UpstreamRoute } from '../upstream/routes/route.ts';
import type { ExchangeInput } from './exchange.ts';

/** A request as one endpoint gets it. */
export interface PlannedRequest {
  readonly route: UpstreamRoute;
  readonly encoded: EncodedRequest;
  /** In which form the answer's frames may be passed on as they come. */
  readonly frames: DecoderOptions['frames'];
}

const noMembers: ReadonlySet<string> = new Set();

/** The ways to a model that a request may take, each encoded when it is first taken. */
export class EndpointPlan {
  readonly #model: ModelEntry;
  readonly #input: ExchangeInput;
  readonly #routes: ReadonlyMap<string, UpstreamRoute>;
  readonly #planned = new Map<string, PlannedRequest>();
  #endpoints: readonly ModelEndpoint[];

  constructor(model: ModelEntry, input: ExchangeInput, routes: ReadonlyMap<string, UpstreamRoute>) {
    this.#model = model;
    this.#input = input;
    this.#routes = routes;
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
      const planned = this.#plan(route, endpoint);
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

  #plan(route: UpstreamRoute, endpoint: Endpoint): PlannedRequest {
    const { request: source, dialect, relaysAnswers } = this.#input;
    const { original, request } = source.read();
    const target: RouteTarget = {
      model: endpoint.upstreamModel,
      maxOutputTokens: this.#model.maxOutputTokens,
      refusedMembers: noMembers,
    };
    const relayed = original?.dialect === route.dialect ? route.relayRequest?.(original, target) : undefined;
    const encoded = relayed ?? route.encodeRequest(request(), target);
    const passesFrames =
      relaysAnswers &&
      route.dialect === dialect &&
      encoded.answerIsRelayable === true &&
      encoded.createAnswerTransform === undefined;
    return { route, encoded, frames: passesFrames ? (source.stream ? 'stream' : 'whole') : undefined };
  }
}

function keyOf({ route, upstreamModel }: Endpoint): string {
  return `${route} ${upstreamModel}`;
}
