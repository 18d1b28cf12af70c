import { describe, expect, test } from 'vitest';
import { requireAnthropicSchema } from '../../../test/schemas/anthropic.ts';
import { fromByteString } from '../../lib/byte-string.ts';
import type { ListedModel } from '../dialect.ts';
import { encodeModel, encodeModels } from './models.ts';
import { headOf } from './testing/requests.ts';

const models = Array.from(
  { length: 45 },
  (_, index): ListedModel => ({
    id: `anthropic:claude-${index}`,
    created: 1_750_000_000,
    ownedBy: 'anthropic',
    displayName: `Claude ${index}`,
    contextWindow: index === 0 ? null : 200_000,
    maxOutputTokens: index === 0 ? null : 64_000,
    thinking: true,
  }),
);

function list(query = '') {
  const page: unknown = JSON.parse(fromByteString(encodeModels(models, headOf('/v1/models', {}, query))));
  requireAnthropicSchema('ModelList', page);
  const { data, has_more: more } = page as { data: { id: string }[]; has_more: boolean };
  return { numbers: data.map(({ id }) => Number(id.slice('anthropic:claude-'.length))), more };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a page', () => {
  test.each<[string, number[], boolean]>([
    ['', range(0, 19), true],
    ['limit=1000', range(0, 44), false],
    ['after_id=anthropic:claude-19', range(20, 39), true],
    ['after_id=anthropic:claude-39&limit=5', range(40, 44), false],
    ['after_id=anthropic:claude-44', [], false],
    ['before_id=anthropic:claude-3', range(0, 2), false],
    ['before_id=anthropic:claude-30&limit=10', range(20, 29), true],
  ])('%s', (query, numbers, more) => {
    expect(list(query)).toEqual({ numbers, more });
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'after_id=nobody', 'before_id=nobody'])('%s is rejected', (query) => {
    expect(() => list(query)).toThrow(expect.objectContaining({ kind: 'invalid-request', fault: 'request' }));
  });
});

test('one model', () => {
  const [unknownLimits, known] = models;
  if (unknownLimits === undefined || known === undefined) throw new Error('no models');
  for (const model of [unknownLimits, known]) {
    requireAnthropicSchema('ModelInfo', JSON.parse(fromByteString(encodeModel(model))));
  }
  expect(JSON.parse(fromByteString(encodeModel(known)))).toEqual({
    type: 'model',
    id: 'anthropic:claude-1',
    display_name: 'Claude 1',
    created_at: '2025-06-15T15:06:40.000Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  });
});
