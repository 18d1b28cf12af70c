import { toBedrockId, toVertexId } from './claude-ids.ts';
import type { EndpointSetting } from './model-store.ts';

/** What the catalogue wants to know of an upstream route. */
export interface CatalogueRoute {
  readonly name: string;
  /** The dialect that it speaks. */
  readonly dialect: string;
  /** Its answers' frames are what clients of the dialect expect. */
  readonly relaysAnswers?: boolean;
  /** Serves models of all vendors, and is taken when none of a model's own routes can be. */
  readonly lastResort?: true;
  /** True for an id of the form that this route's models have. */
  servesModel(upstreamModel: string): boolean;
}

/** One way to a model. */
export interface ModelEndpoint {
  readonly route: string;
  /** The id as that route wants it. */
  readonly upstreamModel: string;
  /** The dialect whose clients get the answers' frames as they come; undefined when there is none. */
  readonly relaysTo: string | undefined;
}

export interface KnownEndpoint extends ModelEndpoint {
  /** The admin may switch it off. */
  readonly enabled: boolean;
}

/**
 * The ways to a model, by its id's form: the routes of that id, the routes of the same model's other ids, and the routes
 * of last resort.
 *
 * @param routes in order of preference
 */
export function deriveEndpoints(upstreamModel: string, routes: readonly CatalogueRoute[]): ModelEndpoint[] {
  const ids = [upstreamModel, toBedrockId(upstreamModel), toVertexId(upstreamModel)].filter((id) => id !== undefined);
  const native = routes.filter((route) => route.lastResort !== true);
  const general = routes.filter((route) => route.lastResort === true);
  return [
    ...ids.flatMap((id) => native.filter((route) => route.servesModel(id)).map((route) => toEndpoint(route, id))),
    ...general.filter((route) => route.servesModel(upstreamModel)).map((route) => toEndpoint(route, upstreamModel)),
  ];
}

function toEndpoint({ name, dialect, relaysAnswers }: CatalogueRoute, upstreamModel: string): ModelEndpoint {
  return { route: name, upstreamModel, relaysTo: relaysAnswers === true ? dialect : undefined };
}

/**
 * The endpoints as the admin wants them: those that were named, in their order, and for one of the gateway's own models
 * also what was not named, behind them. Routes that this version does not have are left out.
 */
export function applyEndpointSettings(
  derived: readonly ModelEndpoint[],
  settings: readonly EndpointSetting[] | undefined,
  routes: readonly CatalogueRoute[],
  custom: boolean,
): KnownEndpoint[] {
  const known = derived.map((endpoint) => ({ ...endpoint, enabled: true }));
  if (settings === undefined) return known;
  const named = settings.flatMap(({ route: name, upstreamModel, enabled }) => {
    const route = routes.find((one) => one.name === name);
    return route === undefined ? [] : [{ ...toEndpoint(route, upstreamModel), enabled }];
  });
  if (custom) return named;
  return [...named, ...known.filter(({ route }) => !named.some((one) => one.route === route))];
}

/** Whether the admin's order is another than the gateway's own. */
export function isReordered(known: readonly ModelEndpoint[], derived: readonly ModelEndpoint[]): boolean {
  const places = known.map(({ route }) => derived.findIndex((one) => one.route === route));
  return places.some((place, at) => place < (places[at - 1] ?? 0));
}

/** A model's endpoints, and whether their order is the admin's. */
export interface OrderedEndpoints {
  /** At least one for a model that is on. */
  readonly endpoints: readonly ModelEndpoint[];
  /** The admin chose the order: it holds for every client. */
  readonly fixedOrder: boolean;
}

const orders = new WeakMap<OrderedEndpoints, Map<string, readonly ModelEndpoint[]>>();

/**
 * The model's endpoints for a client of that dialect: a route that speaks it comes first, because what both say needs no
 * translation. The same model and dialect get the same array.
 */
export function orderEndpoints(model: OrderedEndpoints, clientDialect: string): readonly ModelEndpoint[] {
  if (model.fixedOrder) return model.endpoints;
  const known = orders.get(model) ?? new Map<string, readonly ModelEndpoint[]>();
  orders.set(model, known);
  const order = known.get(clientDialect) ?? preferDialect(model.endpoints, clientDialect);
  known.set(clientDialect, order);
  return order;
}

function preferDialect(endpoints: readonly ModelEndpoint[], dialect: string): readonly ModelEndpoint[] {
  const speaking = endpoints.filter(({ relaysTo }) => relaysTo === dialect);
  return speaking.length === 0 ? endpoints : [...speaking, ...endpoints.filter(({ relaysTo }) => relaysTo !== dialect)];
}
