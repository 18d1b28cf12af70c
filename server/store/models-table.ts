import type { Kysely, Selectable } from 'kysely';
import type { EndpointSetting, ModelSetting, ModelStore } from '../catalogue/model-store.ts';
import type { ModelPrices, TokenPrices } from '../catalogue/models.ts';
import { readArray, readRecord } from '../lib/json.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { fromFlag, toFlag } from './columns.ts';
import type { ModelRow, Tables } from './tables.ts';

/** The admin's model settings. `overrides` only contains what the admin has set. */
export function createModelsTable(db: Kysely<Tables>): ModelStore {
  return {
    async list() {
      const rows = await db.selectFrom('models').selectAll().orderBy('position').orderBy('id').execute();
      return rows.map(toSetting);
    },
    async put(setting) {
      const row = {
        enabled: toFlag(setting.enabled),
        custom: toFlag(setting.custom),
        aliases: JSON.stringify(setting.aliases),
        fallbacks: JSON.stringify(setting.fallbacks),
        overrides: JSON.stringify({
          prices: setting.prices,
          contextWindow: setting.contextWindow,
          maxOutputTokens: setting.maxOutputTokens,
          endpoints: setting.endpoints,
        }),
      };
      await db.transaction().execute(async (transaction) => {
        const last = await transaction
          .selectFrom('models')
          .select((builder) => builder.fn.max('position').as('position'))
          .executeTakeFirst();
        await transaction
          .insertInto('models')
          .values({ id: setting.id, position: (last?.position ?? 0) + 1, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
      });
    },
    async delete(id) {
      const result = await db.deleteFrom('models').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function toSetting(row: Selectable<ModelRow>): ModelSetting {
  const { prices, contextWindow, maxOutputTokens, endpoints } = readRecord(JSON.parse(row.overrides));
  return {
    id: row.id,
    enabled: fromFlag(row.enabled),
    custom: fromFlag(row.custom),
    aliases: readTexts(row.aliases),
    fallbacks: readTexts(row.fallbacks),
    ...withoutUndefined({
      prices: prices === null ? null : whenDefined(prices, readPrices),
      contextWindow: whenDefined(contextWindow, readNumber),
      maxOutputTokens: whenDefined(maxOutputTokens, readNumber),
      endpoints: whenDefined(endpoints, (list) => readArray(list).flatMap(readEndpoint)),
    }),
  };
}

function whenDefined<Result>(value: unknown, read: (value: unknown) => Result): Result | undefined {
  return value === undefined ? undefined : read(value);
}

function readTexts(json: string): readonly string[] {
  return readArray(JSON.parse(json)).filter((item) => typeof item === 'string');
}

function readEndpoint(value: unknown): readonly EndpointSetting[] {
  const { route, upstreamModel, enabled } = readRecord(value);
  if (typeof route !== 'string' || typeof upstreamModel !== 'string') return [];
  return [{ route, upstreamModel, enabled: enabled !== false }];
}

function readNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function readPrices(value: unknown): ModelPrices {
  const { longPrompt } = readRecord(value);
  if (longPrompt === undefined) return readTokenPrices(value);
  const above = readNumber(readRecord(longPrompt).above) ?? 0;
  return { ...readTokenPrices(value), longPrompt: { above, ...readTokenPrices(longPrompt) } };
}

function readTokenPrices(value: unknown): TokenPrices {
  const { input, output, cacheRead, cacheWrite } = readRecord(value);
  return withoutUndefined({
    input: readNumber(input) ?? 0,
    output: readNumber(output) ?? 0,
    cacheRead: readNumber(cacheRead) ?? undefined,
    cacheWrite: readNumber(cacheWrite) ?? undefined,
  });
}
