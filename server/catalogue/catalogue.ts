import { Failure } from '../conversation/failure.ts';
import { shorten } from '../lib/shorten.ts';
import {
  applyEndpointSettings,
  type CatalogueRoute,
  deriveEndpoints,
  isReordered,
  type KnownEndpoint,
  type OrderedEndpoints,
} from './endpoints.ts';
import type { ModelSetting, ModelStore } from './model-store.ts';
import { type BuiltinModel, builtinModels, type ModelPrices } from './models.ts';
import { createNameResolver } from './resolve-name.ts';

export { type CatalogueRoute, orderEndpoints } from './endpoints.ts';

/** A model that the gateway knows. */
export interface ModelEntry extends OrderedEndpoints {
  readonly id: string;
  /** The id's label: `anthropic`, `bedrock`, `google`, `openai`, …; `custom` for an id without one. */
  readonly vendor: string;
  /** The owner in model lists; the same as `vendor`. */
  readonly ownedBy: string;
  /** Seconds since the epoch; the same for all models, because the real time is unknown. */
  readonly created: number;
  /** The name shown to users. */
  readonly displayName: string;
  /** All endpoints, including disabled ones. */
  readonly knownEndpoints: readonly KnownEndpoint[];
  /** Also false when none of its endpoints is enabled. */
  readonly enabled: boolean;
  readonly source: 'builtin' | 'custom';
  /** Tokens; null when unknown. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly prices: ModelPrices | null;
  readonly thinking: boolean;
  readonly aliases: readonly string[];
  /** Ids of enabled models to try in order when this one is not available. */
  readonly fallbacks: readonly string[];
}

export interface Catalogue {
  /** The enabled models: builtin ones in table order, then the admin's own. */
  list(): readonly ModelEntry[];
  /** All models, including disabled ones, in the same order. */
  known(): readonly ModelEntry[];
  /** A model by its id, enabled or not. */
  lookUp(id: string): ModelEntry | undefined;
  /**
   * The enabled model with this id or alias, or the best match for another name (see `createNameResolver`). The id of a
   * disabled model never matches another model.
   */
  resolve(name: string): ModelEntry | undefined;
  /**
   * `resolve` for a request.
   * @throws Failure `not-found`, naming the model, when there is none
   */
  findModel(name: string): ModelEntry;
  /** Reloads the admin's settings. */
  reload(): Promise<void>;
}

/**
 * The models: the builtin table with the admin's settings applied. Until the first `reload` it is the table alone.
 *
 * @param routes the upstream's routes, in order of preference
 */
export function createCatalogue(store: Pick<ModelStore, 'list'>, routes: Iterable<CatalogueRoute>): Catalogue {
  const known = [...routes];
  let resolved = resolveModels(builtinModels, [], known);
  const resolve = (name: string) =>
    resolved.byName.get(name) ?? (resolved.byId.has(name) ? undefined : resolved.guess(name));
  return {
    list: () => resolved.enabled,
    known: () => resolved.known,
    lookUp: (id) => resolved.byId.get(id),
    resolve,
    findModel(name) {
      const entry = resolve(name);
      if (entry === undefined) throw modelNotFound(name);
      return entry;
    },
    async reload() {
      resolved = resolveModels(builtinModels, await store.list(), known);
    },
  };
}

/** Longer names are shortened in messages. */
const maxShownLength = 200;

/** The failure for an unknown or disabled model. */
export function modelNotFound(name: string): Failure {
  return new Failure(
    'not-found',
    `The model \`${shorten(name, maxShownLength)}\` does not exist or you do not have access to it.`,
    {
      reason: 'model-not-found',
      parameter: 'model',
      fault: 'request',
    },
  );
}

export interface ResolvedModels {
  readonly known: readonly ModelEntry[];
  readonly enabled: readonly ModelEntry[];
  readonly byId: ReadonlyMap<string, ModelEntry>;
  /** Enabled models by id and alias. Ids take precedence over aliases, and earlier models' aliases over later ones. */
  readonly byName: ReadonlyMap<string, ModelEntry>;
  /** The enabled model that best matches a name which is neither an id nor an alias. */
  readonly guess: (name: string) => ModelEntry | undefined;
}

/** Applies the settings to the table. A setting for an id that is not in the table adds a model. */
export function resolveModels(
  builtin: readonly BuiltinModel[],
  settings: readonly ModelSetting[],
  routes: readonly CatalogueRoute[],
): ResolvedModels {
  const settingOf = new Map(settings.map((setting) => [setting.id, setting]));
  const builtinIds = new Set(builtin.map((model) => model.id));
  const added = settings.filter((setting) => !builtinIds.has(setting.id));
  const entries = [
    ...builtin.map((model) => toEntry(model.id, model, settingOf.get(model.id), routes)),
    ...added.map((setting) => toEntry(setting.id, undefined, setting, routes)),
  ];
  const on = new Set(entries.filter((entry) => entry.enabled).map((entry) => entry.id));
  const known = entries.map((entry) => ({
    ...entry,
    fallbacks: entry.fallbacks.filter((id) => on.has(id) && id !== entry.id),
  }));
  const enabled = known.filter((entry) => entry.enabled);
  const byName = new Map<string, ModelEntry>();
  for (const entry of enabled.toReversed()) for (const alias of entry.aliases) byName.set(alias, entry);
  for (const entry of enabled) byName.set(entry.id, entry);
  return {
    known,
    enabled,
    byId: new Map(known.map((entry) => [entry.id, entry])),
    byName,
    guess: createNameResolver(enabled),
  };
}

/** 2025-01-01. Model lists need a time, but clients do not use it. */
const created = 1_735_689_600;

function toEntry(
  id: string,
  builtin: BuiltinModel | undefined,
  setting: ModelSetting | undefined,
  routes: readonly CatalogueRoute[],
): ModelEntry {
  const vendor = vendorLabel(id);
  const derived = deriveEndpoints(upstreamModelOf(id), routes);
  const knownEndpoints = applyEndpointSettings(derived, setting?.endpoints, routes, builtin === undefined);
  const endpoints = knownEndpoints.filter((endpoint) => endpoint.enabled);
  return {
    id,
    vendor,
    ownedBy: vendor,
    created,
    displayName: upstreamModelOf(id),
    endpoints,
    fixedOrder: isReordered(knownEndpoints, derived),
    knownEndpoints,
    enabled: (setting?.enabled ?? true) && endpoints.length > 0,
    source: builtin === undefined ? 'custom' : 'builtin',
    contextWindow: choose(setting?.contextWindow, builtin?.contextWindow),
    maxOutputTokens: choose(setting?.maxOutputTokens, builtin?.maxOutputTokens),
    prices: choose(setting?.prices, builtin?.prices),
    thinking: builtin?.thinking ?? false,
    aliases: setting?.aliases ?? [],
    fallbacks: setting?.fallbacks ?? [],
  };
}

/** The admin's value, including null, otherwise the table's. */
function choose<Value>(set: Value | null | undefined, known: Value | undefined): Value | null {
  return set === undefined ? (known ?? null) : set;
}

/** The id without its vendor label. Only the first colon separates, because ids may contain more (`…-v2:0`). */
export function upstreamModelOf(id: string): string {
  const colon = id.indexOf(':');
  return colon <= 0 || colon === id.length - 1 ? id : id.slice(colon + 1);
}

function vendorLabel(id: string): string {
  const colon = id.indexOf(':');
  return colon <= 0 ? 'custom' : id.slice(0, colon);
}
