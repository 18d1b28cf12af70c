import type { ModelPrices } from './models.ts';

/** One way to a model as the admin wants it. */
export interface EndpointSetting {
  readonly route: string;
  /** The id as that route wants it. */
  readonly upstreamModel: string;
  readonly enabled: boolean;
}

/** What the admin set about one model, builtin or custom. What is absent is as the gateway knows it by itself. */
export interface ModelSetting {
  readonly id: string;
  readonly enabled: boolean;
  /** Added by the admin: not in the gateway's own table. */
  readonly custom: boolean;
  /** Further names under which clients may ask for it. */
  readonly aliases: readonly string[];
  /** Ids to try in order when nothing can serve this one. */
  readonly fallbacks: readonly string[];
  /** null = the admin says that it has none. */
  readonly prices?: ModelPrices | null;
  readonly contextWindow?: number | null;
  readonly maxOutputTokens?: number | null;
  /** In the order in which they are to be tried. */
  readonly endpoints?: readonly EndpointSetting[];
}

/** Where the admin's model settings are kept. */
export interface ModelStore {
  /** In the order in which they were first put. */
  list(): Promise<ModelSetting[]>;
  /** Inserts or replaces by id. */
  put(setting: ModelSetting): Promise<void>;
  /** @returns false when there is none of that id */
  delete(id: string): Promise<boolean>;
}
