import { describe, expect, test } from 'vitest';
import { claudeTraitsOf, isClaudeModel } from './claude-models.ts';

describe('what a model supports', () => {
  test.each([
    ['claude-3-5-sonnet-v2@20241022', { thinking: 'none', sampling: 'both', prefill: true, maxOutputTokens: 8192 }],
    ['anthropic.claude-3-opus-20240229-v1:0', { thinking: 'none', maxOutputTokens: 4096 }],
    ['claude-3-7-sonnet@20250219', { thinking: 'budget', maxOutputTokens: 64_000 }],
    ['anthropic.claude-opus-4-20250514-v1:0', { thinking: 'budget', maxOutputTokens: 32_000 }],
    ['claude-sonnet-4@20250514', { sampling: 'both' }],
    ['claude-opus-4-1@20250805', { thinking: 'budget', sampling: 'one', maxOutputTokens: 32_000 }],
    ['claude-sonnet-4-5@20250929', { thinking: 'budget', prefill: true, maxOutputTokens: 64_000 }],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', { thinking: 'budget', forcedToolChoice: true }],
    ['claude-opus-4-6', { thinking: 'either', sampling: 'one', prefill: false, maxOutputTokens: 128_000 }],
    ['anthropic.claude-opus-4-6-v1', { thinking: 'either', thinksByDefault: false }],
    ['claude-opus-4-7', { thinking: 'adaptive', sampling: 'none', thinksByDefault: false, thinkingCanBeOff: true }],
    ['claude-sonnet-5', { thinking: 'adaptive', sampling: 'none', thinksByDefault: true, forcedToolChoice: true }],
    ['claude-opus-5-5', { thinking: 'adaptive', forcedToolChoice: false, thinkingCanBeOff: false }],
    ['claude-fable-5-1', { forcedToolChoice: false, thinkingCanBeOff: false }],
    ['claude-opus-10-1', { thinking: 'adaptive', sampling: 'none' }],
    ['some-company-claude', { thinking: 'budget', sampling: 'one' }],
  ])('%s', (model, traits) => {
    expect(claudeTraitsOf(model)).toMatchObject(traits);
  });
});

test.each([
  ['claude-sonnet-4-5@20250929', ['thinking.type=enabled'], { thinking: 'adaptive', effort: true }],
  ['claude-opus-4-6', ['thinking.type=adaptive'], { thinking: 'budget', effort: true }],
  ['claude-opus-4-6', ['thinking.type=adaptive', 'thinking.type=enabled'], { thinking: 'none' }],
  ['claude-sonnet-5', ['thinking.type=disabled', 'output_config.effort'], { thinkingCanBeOff: false, effort: false }],
  ['claude-sonnet-4-5@20250929', ['messages.prefill', 'top_k'], { thinking: 'budget', prefill: false }],
])('what %s refuses (%j) it takes in another form', (model, refused, traits) => {
  expect(claudeTraitsOf(model, new Set(refused))).toMatchObject(traits);
});

test.each([
  ['claude-sonnet-4@20250514', true],
  ['anthropic.claude-sonnet-4-20250514-v1:0', true],
  ['us-gov.anthropic.claude-3-haiku-20240307-v1:0', true],
  ['gemini-2.5-pro', false],
  ['gpt-5.2-codex', false],
])('%s is a Claude: %s', (model, expected) => {
  expect(isClaudeModel(model)).toBe(expected);
});
