import { expect, it } from 'vitest';
import { shortenModels } from './short-models.ts';

const shorten = (...ids: string[]) => [...shortenModels(ids).values()];

it('leaves out vendor, date and version where names stay different', () => {
  expect(
    shorten(
      'anthropic:claude-sonnet-4@20250514',
      'bedrock:anthropic.claude-opus-4-20250514-v1:0',
      'google:gemini-2.0-flash-001',
      'openai:gpt-5-2025-08-07',
      '',
    ),
  ).toEqual(['claude-sonnet-4', 'anthropic.claude-opus-4', 'gemini-2.0-flash-001', 'gpt-5-2025-08-07', '']);
});

it('keeps as much as tells them apart', () => {
  expect(shorten('a:m@20250101', 'a:m@20250202')).toEqual(['m@20250101', 'm@20250202']);
  expect(shorten('a:m', 'b:m')).toEqual(['a:m', 'b:m']);
});
