import { expect, test } from 'vitest';
import { nearestEffort, openaiTraitsOf } from './model-traits.ts';

test.each([
  ['gpt-4.1', []],
  ['gpt-4o', []],
  ['claude-sonnet-4', []],
  ['o3', ['low', 'medium', 'high']],
  ['gpt-5-2025-08-07', ['minimal', 'low', 'medium', 'high']],
  ['gpt-5.1', ['none', 'low', 'medium', 'high']],
  ['gpt-5.2-latest', ['none', 'low', 'medium', 'high', 'xhigh']],
  ['gpt-5.2-codex', ['low', 'medium', 'high', 'xhigh']],
  ['gpt-5.1-codex-max', ['low', 'medium', 'high', 'xhigh']],
  ['gpt-5-codex', ['low', 'medium', 'high']],
  ['gpt-5.10', ['none', 'low', 'medium', 'high', 'xhigh']],
])('%s reasons with %j', (model, efforts) => {
  expect(openaiTraitsOf(model)).toEqual({ reasons: efforts.length > 0, efforts });
});

test.each([
  ['low', 'gpt-5.1', 'low'],
  ['minimal', 'gpt-5.1', 'low'],
  ['none', 'gpt-5', 'minimal'],
  ['none', 'gpt-5-codex', 'low'],
  ['max', 'gpt-5.2', 'xhigh'],
  ['xhigh', 'o3', 'high'],
  ['a lot', 'gpt-5.1', 'a lot'],
])('%s is for %s as much as %s', (effort, model, nearest) => {
  expect(nearestEffort(effort, openaiTraitsOf(model))).toBe(nearest);
});
