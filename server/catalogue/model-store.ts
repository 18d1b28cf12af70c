import type { ModelPrices } from './models.ts';

/** The admin's setting for one endpoint of a model. */
export interface EndpointSetting {
  readonly route: string;
  /** The model's id on that route. */
  readonly upstreamModel: string;
  readonly enabled: boolean;
}

/** The admin's settings for one model, builtin or custom. Absent members keep the builtin values. */
export interface ModelSetting {
  readonly id: string;
  readonly enabled: boolean;
  /** Added by the admin, not in the builtin table. */
  readonly custom: boolean;
  /** Additional names for the model. */
  readonly aliases: readonly string[];
  /** Ids to try in order when this model is not available. */
  readonly fallbacks: readonly string[];
  /** Null when the admin has set that there are none. */
  readonly prices?: ModelPrices | null;
  readonly contextWindow?: number | null;
  readonly maxOutputTokens?: number | null;
  /** In order of preference. */
  readonly endpoints?: readonly EndpointSetting[];
}

/** Stores the admin's model settings. */
export interface ModelStore {
  /** In order of their first insertion. */
  list(): Promise<ModelSetting[]>;
  /** Inserts or replaces by id. */
  put(setting: ModelSetting): Promise<void>;
  /** @returns false when there is no setting with this id */
  delete(id: string): Promise<boolean>;
}
