import { expect, test } from 'vitest';
import { requireGeminiSchema } from '../../../test/schemas/gemini.ts';
import { fromByteString } from '../../lib/byte-string.ts';
import type { ListedModel } from '../dialect.ts';
import { encodeModel, encodeModels } from './models.ts';
import { headOf } from './testing/decode-body.ts';

const model = (id: string): ListedModel => ({
  ...{ id, created: 1, ownedBy: 'google', displayName: `${id}!`, thinking: true },
  ...{ contextWindow: 1000, maxOutputTokens: null },
});
const models = ['a', 'anthropic:b@1', 'c'].map(model);

function list(query: string): {
  readonly models?: readonly { readonly name: string }[];
  readonly nextPageToken?: string;
} {
  const value: unknown = JSON.parse(fromByteString(encodeModels(models, headOf(`/v1beta/models?${query}`))));
  requireGeminiSchema('ListModelsResponse', value);
  return Object(value);
}

test('a model', () => {
  const value: unknown = JSON.parse(fromByteString(encodeModel(model('anthropic:b@1'))));
  requireGeminiSchema('Model', value);
  expect(value).toEqual({
    ...{ name: 'models/anthropic:b@1', baseModelId: 'anthropic:b@1', version: '001', displayName: 'anthropic:b@1!' },
    ...{ inputTokenLimit: 1000, thinking: true },
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  });
});

test('all models, and page by page', () => {
  expect(list('').models?.map(({ name }) => name)).toEqual(['models/a', 'models/anthropic:b@1', 'models/c']);
  expect(list('')).not.toHaveProperty('nextPageToken');
  const first = list('pageSize=2');
  expect(first.models).toHaveLength(2);
  const second = list(`pageSize=2&pageToken=${first.nextPageToken}`);
  expect(second.models?.map(({ name }) => name)).toEqual(['models/c']);
  expect(second).not.toHaveProperty('nextPageToken');
  expect(list('page_size=1').models).toHaveLength(1);
  expect(list('pageToken=99').models).toEqual([]);
});

test.each(['pageSize=x', 'pageToken=-1'])('%s is rejected', (query) => {
  expect(() => list(query)).toThrow(/expected an integer/);
});
