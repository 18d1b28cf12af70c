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

/** A model as the gateway offers it. */
export interface ModelEntry extends OrderedEndpoints {
  readonly id: string;
  /** The id's label: `anthropic`, `bedrock`, `google`, `openai`, …; `custom` for an id without one. */
  readonly vendor: string;
  /** As `vendor`: whom model lists name as the owner. */
  readonly ownedBy: string;
  /** Seconds since the epoch; always the same, for nobody knows better. */
  readonly created: number;
  /** For people. */
  readonly displayName: string;
  /** All endpoints, those that are switched off included. */
  readonly knownEndpoints: readonly KnownEndpoint[];
  /** Off, too, while none of its endpoints is on. */
  readonly enabled: boolean;
  readonly source: 'builtin' | 'custom';
  /** Tokens; null when not known. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly prices: ModelPrices | null;
  readonly thinking: boolean;
  readonly aliases: readonly string[];
  /** Ids to try in order when nothing can serve this one; each can be found. */
  readonly fallbacks: readonly string[];
}

export interface Catalogue {
  /** The enabled models: the builtin ones in the table's order, then the admin's own. */
  list(): readonly ModelEntry[];
  /** All models, those that are off included, in the same order. */
  known(): readonly ModelEntry[];
  /** A model by its id, whether it is on or off. */
  lookUp(id: string): ModelEntry | undefined;
  /**
   * The enabled model of that id or alias, or the one that another name means (`createNameResolver`). The id of a model
   * that is off means no other.
   * @throws Failure `not-found`, naming the model, when there is none
   */
  find(name: string): ModelEntry;
  /** Reads the admin's settings again. */
  reload(): Promise<void>;
}

/**
 * The models on offer: the builtin table under the admin's settings. Until the first `reload` it is the table alone.
 *
 * @param routes the upstream's, in order of preference
 */
export function createCatalogue(store: Pick<ModelStore, 'list'>, routes: Iterable<CatalogueRoute>): Catalogue {
  const known = [...routes];
  let resolved = resolveModels(builtinModels, [], known);
  return {
    list: () => resolved.enabled,
    known: () => resolved.known,
    lookUp: (id) => resolved.byId.get(id),
    find(name) {
      const entry = resolved.byName.get(name) ?? (resolved.byId.has(name) ? undefined : resolved.guess(name));
      if (entry === undefined) throw modelNotFound(name);
      return entry;
    },
    async reload() {
      resolved = resolveModels(builtinModels, await store.list(), known);
    },
  };
}

/** Longer than any id: a name beyond it is not worth sending back whole. */
const longestNamed = 200;

/** Says that a model is not on offer, naming it. */
export function modelNotFound(name: string): Failure {
  return new Failure(
    'not-found',
    `The model \`${shorten(name, longestNamed)}\` does not exist or you do not have access to it.`,
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
  /** The enabled ones by id and alias. An id wins over an alias, an earlier model's alias over a later one's. */
  readonly byName: ReadonlyMap<string, ModelEntry>;
  /** The enabled one that a name means which is neither an id nor an alias. */
  readonly guess: (name: string) => ModelEntry | undefined;
}

/** The table under the settings: pure. A setting for an id that the table does not know adds a model. */
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

/** 2025-01-01: model lists have a time, and clients look at none. */
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

/** The admin's word, null included, over the table's. */
function choose<Value>(set: Value | null | undefined, known: Value | undefined): Value | null {
  return set === undefined ? (known ?? null) : set;
}

/** The id without the client-side vendor label: cut at the first colon only, for ids hold further ones (`…-v2:0`). */
export function upstreamModelOf(id: string): string {
  const colon = id.indexOf(':');
  return colon <= 0 || colon === id.length - 1 ? id : id.slice(colon + 1);
}

function vendorLabel(id: string): string {
  const colon = id.indexOf(':');
  return colon <= 0 ? 'custom' : id.slice(0, colon);
}
