import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureProcessorTime } from '../lib/testing/processor-time.ts';
import { builtinModels } from './models.ts';
import { createNameResolver } from './resolve-name.ts';

const resolve = createNameResolver(builtinModels);

describe('the same name in another spelling', () => {
  test.each([
    ['claude-sonnet-4-5-20250929', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-sonnet-4-5@20250929', 'anthropic:claude-sonnet-4-5@20250929'],
    ['anthropic/claude-sonnet-4.5', 'anthropic:claude-sonnet-4-5@20250929'],
    ['openrouter/anthropic/claude-sonnet-4.5', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-sonnet-4-5-20250929[1m]', 'anthropic:claude-sonnet-4-5@20250929'],
    ['Claude-Sonnet-4-5-20250929', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-3-5-sonnet-20241022', 'anthropic:claude-3-5-sonnet-v2@20241022'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'anthropic:claude-3-5-sonnet-v2@20241022'],
    ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', 'bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['bedrock:us.anthropic.claude-opus-4-6-v1', 'bedrock:anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-4-6-v1', 'anthropic:claude-opus-4-6'],
    ['models/gemini-2.5-pro', 'google:gemini-2.5-pro'],
    ['gemini-2.5-pro', 'google:gemini-2.5-pro'],
    ['gpt-5.2', 'openai:gpt-5.2-latest'],
    ['gpt-5', 'openai:gpt-5-latest'],
    ['gpt-5-2025-08-07', 'openai:gpt-5-2025-08-07'],
    ['openai/gpt-5.2-codex', 'openai:gpt-5.2-codex'],
    ['claude-opus-4-6@default', 'anthropic:claude-opus-4-6'],
    ['anthropic/claude-sonnet-4.5:thinking', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-sonnet-4-5-20250929-thinking', 'anthropic:claude-sonnet-4-5@20250929'],
    ['google/gemini-2.5-pro:free', 'google:gemini-2.5-pro'],
    [' anthropic:claude-sonnet-4-5@20250929\n', 'anthropic:claude-sonnet-4-5@20250929'],
  ])('%s is %s', (name, id) => {
    expect(resolve(name)?.id).toBe(id);
  });
});

test('models that are named after their thinking are found by their own name only', () => {
  const find = createNameResolver([{ id: 'x:k2-thinking' }, { id: 'x:k2' }]);
  expect(['k2', 'k2-thinking', 'k2:thinking'].map((name) => find(name)?.id)).toEqual(['x:k2', 'x:k2-thinking', 'x:k2']);
});

describe('the newest edition of a line', () => {
  test.each([
    ['claude-sonnet-4-5', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-sonnet-4', 'anthropic:claude-sonnet-4@20250514'],
    ['claude-3-5-sonnet-latest', 'anthropic:claude-3-5-sonnet-v2@20241022'],
    ['claude-3-7-sonnet', 'anthropic:claude-3-7-sonnet@20250219'],
    ['claude-sonnet-4-5-20251231', 'anthropic:claude-sonnet-4-5@20250929'],
    ['claude-opus-4-6-20260205', 'anthropic:claude-opus-4-6'],
    ['gemini-2.0-flash', 'google:gemini-2.0-flash-001'],
    ['gpt-5.4', 'openai:gpt-5.4-2026-03-05'],
  ])('%s is %s', (name, id) => {
    expect(resolve(name)?.id).toBe(id);
  });
});

describe('the newest version of a family', () => {
  test.each([
    ['claude-opus-5-5', 'anthropic:claude-opus-4-6'],
    ['claude-opus-4-1-20250805', 'anthropic:claude-opus-4-6'],
    ['claude-haiku-5', 'anthropic:claude-haiku-4-5@20251001'],
    ['claude-3-5-haiku-20241022', 'anthropic:claude-haiku-4-5@20251001'],
    ['claude-sonnet', 'anthropic:claude-sonnet-4-6'],
    ['gpt-5-codex', 'openai:gpt-5.2-codex'],
    ['gpt-4.1', 'openai:gpt-5.4-2026-03-05'],
    ['gemini-3-pro-preview', 'google:gemini-2.5-pro'],
    ['gemini-flash-latest', 'google:gemini-3-flash-preview'],
  ])('%s is %s', (name, id) => {
    expect(resolve(name)?.id).toBe(id);
  });
});

test.each(['', 'claude', 'gpt-4o', 'gpt-5-mini', 'llama-3', 'claude-opus-'.repeat(30), 'text-embedding-3-small'])(
  '%j is none',
  (name) => {
    expect(resolve(name)).toBeUndefined();
  },
);

test('an id finds its own model, whatever other models exist', () => {
  fc.assert(
    fc.property(fc.constantFrom(...builtinModels), fc.subarray([...builtinModels]), (model, others) => {
      const list = [...others.filter((other) => other.id !== model.id), model];
      expect(createNameResolver(list)(model.id)).toBe(model);
    }),
  );
});

test('any text is parsed in linear time', () => {
  const piece = fc.constantFrom(...'@:/.-[]019vé 是'.split(''), 'latest', 'claude', 'preview', '2025');
  fc.assert(fc.property(fc.string({ unit: piece, maxLength: 40 }), (name) => void resolve(name)));
  const hostile = ['-', '1-', 'a.', 'v1:', '[', '-01-'].map((piece) => piece.repeat(200).slice(0, 200));
  for (const name of hostile) expect(measureProcessorTime(() => resolve(name))).toBeLessThan(100);
});
