/** A model as the dialect's clients see it. */
export interface ListedModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly ownedBy: string;
}

/** OpenAI's `ListModelsResponse` as JSON text. */
export function encodeModelList(models: readonly ListedModel[]): string {
  return JSON.stringify({ object: 'list', data: models.map(toWire) });
}

/** OpenAI's `Model` as JSON text. */
export function encodeModel(model: ListedModel): string {
  return JSON.stringify(toWire(model));
}

function toWire(model: ListedModel): Readonly<Record<string, unknown>> {
  return { id: model.id, object: 'model', created: model.created, owned_by: model.ownedBy };
}
