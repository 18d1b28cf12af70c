import type { Kysely } from 'kysely';
import type { EstimateStore } from '../ledger/token-estimator.ts';
import { parseJson, readArray, readNumber } from '../lib/json.ts';
import type { Tables } from './tables.ts';

/** The learned token estimates, one list of numbers per model. */
export function createTokenEstimatesTable(db: Kysely<Tables>): EstimateStore {
  return {
    async load() {
      const rows = await db.selectFrom('token_estimates').selectAll().orderBy('model').execute();
      return rows.map(({ model, state }) => ({
        model,
        state: readArray(parseJson(state)).map((value) => readNumber(value) ?? Number.NaN),
      }));
    },
    async save(estimates) {
      if (estimates.length === 0) return;
      const rows = estimates.map(({ model, state }) => ({ model, state: JSON.stringify(state) }));
      await db
        .insertInto('token_estimates')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('model').doUpdateSet((builder) => ({ state: builder.ref('excluded.state') })),
        )
        .execute();
    },
  };
}
