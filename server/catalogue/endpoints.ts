import { toBedrockId, toVertexId } from './claude-ids.ts';
import type { EndpointSetting } from './model-store.ts';

/** The parts of an upstream route that the catalogue needs. */
export interface CatalogueRoute {
  readonly name: string;
  /** The dialect of the route's bodies. */
  readonly dialect: string;
  /** Clients of the dialect can read the route's frames. */
  readonly relaysAnswers?: boolean;
  /** Serves the models of all vendors; used when none of a model's own routes is available. */
  readonly lastResort?: true;
  /** True for an id in the format of this route's models. */
  servesModel(upstreamModel: string): boolean;
}

/** One way to reach a model. */
export interface ModelEndpoint {
  readonly route: string;
  /** The model's id on that route. */
  readonly upstreamModel: string;
  /** The dialect whose clients can get the answers' frames unchanged; undefined if there is none. */
  readonly relaysTo: string | undefined;
}

export interface KnownEndpoint extends ModelEndpoint {
  /** False when disabled by the admin. */
  readonly enabled: boolean;
}

/**
 * Derives a model's endpoints from its id: the routes for that id, the routes for the same model's other ids, and the
 * routes of last resort.
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
 * Applies the admin's endpoint settings: the listed endpoints in their order, followed for a builtin model by the
 * unlisted ones. Routes that this version does not have are left out.
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

/** Whether the admin's order differs from the default order. */
export function isReordered(known: readonly ModelEndpoint[], derived: readonly ModelEndpoint[]): boolean {
  const places = known.map(({ route }) => derived.findIndex((one) => one.route === route));
  return places.some((place, at) => place < (places[at - 1] ?? 0));
}

/** A model's endpoints, and whether the admin has set their order. */
export interface OrderedEndpoints {
  /** Not empty for an enabled model. */
  readonly endpoints: readonly ModelEndpoint[];
  /** The admin has set the order, which then applies to every client. */
  readonly fixedOrder: boolean;
}

const orders = new WeakMap<OrderedEndpoints, Map<string, readonly ModelEndpoint[]>>();

/**
 * The model's endpoints for a client of that dialect: routes with the same dialect come first, because they need no
 * translation. Returns the same array for the same model and dialect.
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
