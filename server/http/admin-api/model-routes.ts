import { gatewayMessages, writeMessage } from '../../../contract/gateway-messages.ts';
import { type Model, modelRoutes } from '../../../contract/models.ts';
import { type ModelEntry, upstreamModelOf } from '../../catalogue/catalogue.ts';
import { deriveEndpoints } from '../../catalogue/endpoints.ts';
import type { ModelSetting } from '../../catalogue/model-store.ts';
import { priceOf } from '../../catalogue/plan-probes.ts';
import { createSerial } from '../../lib/serial.ts';
import { AdminFailure, notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { changedFieldNames } from './changed-fields.ts';
import { mapBounded } from './map-bounded.ts';
import { toModelSetting } from './model-setting.ts';

/** Maximum number of concurrent probes. */
const probesAtOnce = 8;
const probeTimeout = 60_000;

/** Routes for the model catalogue: built-in and custom models. */
export function bindModelRoutes({ catalogue, models, pool, routes, probeEndpoint }: AdminServices): BoundRoute[] {
  /** A change is based on what is stored, so changes must not interleave. */
  const inTurn = createSerial();
  const settingOf = async (id: string) => (await models.list()).find((setting) => setting.id === id);

  async function save(setting: ModelSetting): Promise<Model> {
    checkNames(setting, catalogue.known(), await models.list());
    checkEndpoints(setting, routes);
    await models.put(setting);
    await catalogue.reload();
    const entry = catalogue.lookUp(setting.id);
    if (entry === undefined) throw notFound('model');
    return toModel(entry, setting);
  }

  return [
    bindRoute(modelRoutes.list, async () => {
      const settings = new Map((await models.list()).map((setting) => [setting.id, setting]));
      return {
        models: catalogue.known().map((entry) => toModel(entry, settings.get(entry.id))),
        routes: routes.map(({ name, dialect }) => ({ name, dialect })),
      };
    }),
    bindRoute(modelRoutes.guessEndpoints, ({ params: { id } }) => ({
      endpoints: deriveEndpoints(upstreamModelOf(id), routes).map(toEndpoint),
    })),
    bindRoute(modelRoutes.add, async ({ body, audit }) => {
      const model = await inTurn(async () => {
        if (catalogue.lookUp(body.id) !== undefined) {
          throw new AdminFailure('conflict', gatewayMessages.modelTaken, { field: 'id' });
        }
        return save({ custom: true, enabled: true, aliases: [], fallbacks: [], ...toModelSetting(body) });
      });
      await audit('model.add', body.id);
      return model;
    }),
    bindRoute(modelRoutes.edit, async ({ params: { id }, body, audit }) => {
      const model = await inTurn(async () => {
        const entry = catalogue.lookUp(id);
        if (entry === undefined) throw notFound('model');
        const { endpoints, ...setting } = (await settingOf(id)) ?? ownSetting(entry);
        const kept = endpoints === undefined || body.endpoints === null ? setting : { ...setting, endpoints };
        return save({ ...kept, ...toModelSetting(body) });
      });
      await audit('model.edit', id, `changed: ${changedFieldNames(body)}`);
      return model;
    }),
    bindRoute(modelRoutes.delete, async ({ params: { id }, audit }) => {
      const entry = catalogue.lookUp(id);
      if (entry === undefined) throw notFound('model');
      if (entry.source === 'builtin') {
        throw new AdminFailure('conflict', gatewayMessages.modelBuiltIn);
      }
      await inTurn(async () => {
        await models.delete(id);
        await catalogue.reload();
      });
      await audit('model.delete', id);
    }),
    bindRoute(modelRoutes.probe, async ({ params: { id }, signal, audit }) => {
      const model = catalogue.lookUp(id);
      if (model === undefined) throw notFound('model');
      const pairs = pool
        .list()
        .filter(({ credential }) => credential.enabled)
        .flatMap(({ credential }) => model.endpoints.map((endpoint) => ({ credential, endpoint })));
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(probeTimeout)]);
      const results = await mapBounded(pairs, probesAtOnce, async ({ credential, endpoint }) => ({
        credentialId: credential.id,
        label: credential.label || credential.email,
        route: endpoint.route,
        ...(await probeEndpoint(credential.id, id, endpoint, bounded)),
      }));
      const able = new Set(results.filter(({ ok }) => ok).map(({ credentialId }) => credentialId));
      const asked = new Set(results.map(({ credentialId }) => credentialId));
      await audit('model.probe', id, `${able.size} of ${asked.size} credentials can use it`);
      return { results };
    }),
  ];
}

/** The setting of a model that the admin has not changed. */
const ownSetting = ({ id, enabled }: ModelEntry): ModelSetting => ({
  id,
  enabled,
  custom: false,
  aliases: [],
  fallbacks: [],
});

/** Requires every endpoint to be on a known route and at least one to be enabled. */
function checkEndpoints({ endpoints }: ModelSetting, routes: AdminServices['routes']): void {
  if (endpoints === undefined) return;
  const field = 'endpoints';
  const unknown = endpoints.find(({ route }) => !routes.some(({ name }) => name === route));
  if (unknown !== undefined) throw new AdminFailure('invalid_input', writeMessage('noRoute', unknown.route), { field });
  if (!endpoints.some(({ enabled }) => enabled)) {
    throw new AdminFailure('invalid_input', gatewayMessages.allRoutesOff, {
      field,
    });
  }
  const keys = endpoints.map(({ route, upstreamModel }) => `${route} ${upstreamModel}`);
  if (new Set(keys).size < keys.length) {
    throw new AdminFailure('invalid_input', gatewayMessages.sameRoute, { field });
  }
}

/** Requires that names are unique and fallbacks exist. */
function checkNames(setting: ModelSetting, known: readonly ModelEntry[], settings: readonly ModelSetting[]): void {
  const ids = new Set(known.map((entry) => entry.id));
  const others = settings.filter((other) => other.id !== setting.id);
  const taken = new Set([...ids, ...others.flatMap((other) => other.aliases)]);
  const alias = setting.aliases.find((name) => taken.has(name) || name === setting.id);
  if (alias !== undefined) {
    throw new AdminFailure('conflict', writeMessage('aliasTaken', alias), { field: 'aliases' });
  }
  const aliasOf = others.find((other) => other.aliases.includes(setting.id));
  if (aliasOf !== undefined) {
    throw new AdminFailure('conflict', writeMessage('idIsAlias', aliasOf.id), { field: 'id' });
  }
  const fallback = setting.fallbacks.find((id) => !ids.has(id) || id === setting.id);
  if (fallback !== undefined) {
    throw new AdminFailure('invalid_input', writeMessage('noFallback', fallback), {
      field: 'fallbacks',
    });
  }
}

function toModel(entry: ModelEntry, setting: ModelSetting | undefined): Model {
  return {
    id: entry.id,
    vendor: entry.vendor,
    endpoints: entry.knownEndpoints.map(toEndpoint),
    fixedOrder: entry.fixedOrder,
    enabled: entry.enabled,
    probeDollars: priceOf(entry),
    source: entry.source,
    contextWindow: entry.contextWindow,
    maxOutputTokens: entry.maxOutputTokens,
    prices: entry.prices,
    thinking: entry.thinking,
    aliases: [...entry.aliases],
    // Compare with the saved settings, because the catalogue omits disabled models.
    fallbacks: [...(setting?.fallbacks ?? [])],
  };
}

function toEndpoint(endpoint: { readonly route: string; readonly upstreamModel: string; readonly enabled?: boolean }) {
  const { route, upstreamModel, enabled = true } = endpoint;
  return { route, upstreamModel, enabled };
}
