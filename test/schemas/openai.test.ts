import { describe, expect, test } from 'vitest';
import { findSchemaErrors, requireOpenAiSchema } from './openai.ts';

const chunk = { id: 'a', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] };

describe('the official schemas tell right from wrong', () => {
  test('a chunk', () => {
    expect(findSchemaErrors('CreateChatCompletionStreamResponse', chunk)).toEqual([]);
    expect(findSchemaErrors('CreateChatCompletionStreamResponse', { ...chunk, object: 'other' })).not.toEqual([]);
    expect(findSchemaErrors('CreateChatCompletionStreamResponse', { ...chunk, choices: [{}] })).not.toEqual([]);
  });

  test('null only where the schema has it', () => {
    expect(findSchemaErrors('CreateChatCompletionStreamResponse', { ...chunk, usage: null })).toEqual([]);
    expect(findSchemaErrors('CreateChatCompletionStreamResponse', { ...chunk, model: null })).not.toEqual([]);
  });

  test('what is referred to is checked too', () => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'a' }] };
    expect(findSchemaErrors('CreateChatCompletionRequest', request)).toEqual([]);
    expect(findSchemaErrors('CreateChatCompletionRequest', { ...request, messages: [{ role: 'user' }] })).not.toEqual(
      [],
    );
  });

  test('an error says what is wrong', () => {
    expect(() => requireOpenAiSchema('Model', { id: 1 })).toThrow(/\/id must be string/);
  });
});
