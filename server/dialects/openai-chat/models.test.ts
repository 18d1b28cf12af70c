import { expect, test } from 'vitest';
import { requireOpenAiSchema } from '../../../test/schemas/openai.ts';
import { encodeModel, encodeModels } from './models.ts';

const model = {
  id: 'anthropic:claude-3-5-sonnet-v2@20241022',
  created: 1_729_555_200,
  ownedBy: 'anthropic',
  displayName: 'Claude',
  contextWindow: null,
  maxOutputTokens: null,
  thinking: false,
};

test('a model in OpenAI’s shape', () => {
  const body = JSON.parse(encodeModel(model));
  requireOpenAiSchema('Model', body);
  expect(body).toEqual({ id: model.id, object: 'model', created: 1_729_555_200, owned_by: 'anthropic' });
});

test('the list of models', () => {
  const body = JSON.parse(encodeModels([model, { ...model, id: 'other' }]));
  requireOpenAiSchema('ListModelsResponse', body);
  expect(body.object).toBe('list');
  expect(body.data.map(({ id }: { readonly id: string }) => id)).toEqual([model.id, 'other']);
  requireOpenAiSchema('ListModelsResponse', JSON.parse(encodeModels([])));
});
