import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { ListedModel } from '../dialect.ts';

/** Encodes OpenAI's `ListModelsResponse`. */
export function encodeModels(models: readonly ListedModel[]): ByteString {
  return encodeJson({ object: 'list', data: models.map(toWire) });
}

/** Encodes OpenAI's `Model`. */
export function encodeModel(model: ListedModel): ByteString {
  return encodeJson(toWire(model));
}

function toWire(model: ListedModel): Readonly<Record<string, unknown>> {
  return { id: model.id, object: 'model', created: model.created, owned_by: model.ownedBy };
}
