import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyPrint, readTurns } from './read-turns.ts';

const read = (body: unknown) => readTurns(JSON.stringify(body));
const text = (said: string) => ({ type: 'text', text: said });

describe('a logged conversation', () => {
  it('is read from Chat Completions', () => {
    expect(
      read({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look' },
              { type: 'image_url', image_url: { url: 'data:…' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: '1', type: 'function', function: { name: 'see', arguments: '{"a":1}' } }],
          },
          { role: 'tool', tool_call_id: '1', content: 'a cat' },
        ],
      }),
    ).toEqual([
      { role: 'system', parts: [text('Be brief.')] },
      { role: 'user', parts: [text('Look'), { type: 'media', name: 'image_url' }] },
      { role: 'assistant', parts: [{ type: 'call', name: 'see', text: '{\n  "a": 1\n}' }] },
      { role: 'tool', parts: [text('a cat')] },
    ]);
  });

  it('is read from Anthropic Messages', () => {
    expect(
      read({
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'see', input: { a: 1 } }] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: 'a cat' }] }],
          },
        ],
      }),
    ).toEqual([
      { role: 'system', parts: [text('Be brief.')] },
      { role: 'assistant', parts: [{ type: 'call', name: 'see', text: '{\n  "a": 1\n}' }] },
      { role: 'user', parts: [{ type: 'result', text: 'a cat' }] },
    ]);
  });

  it('is read from Responses and from Gemini', () => {
    expect(
      read({
        instructions: 'Be brief.',
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Look' }] },
          { type: 'function_call', name: 'see', arguments: '{}', call_id: '1' },
          { type: 'function_call_output', call_id: '1', output: 'a cat' },
        ],
      }),
    ).toEqual([
      { role: 'system', parts: [text('Be brief.')] },
      { role: 'user', parts: [text('Look')] },
      { role: 'assistant', parts: [{ type: 'call', name: 'see', text: '{}' }] },
      { role: 'tool', parts: [{ type: 'result', text: 'a cat' }] },
    ]);
    expect(read({ input: 'Hello' })).toEqual([{ role: 'user', parts: [text('Hello')] }]);
    expect(
      read({
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: '…' } }] },
          { role: 'model', parts: [{ functionCall: { name: 'see', args: {} } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'see', response: { found: 'a cat' } } }] },
        ],
      }),
    ).toMatchObject([
      { role: 'system', parts: [text('Be brief.')] },
      { role: 'user', parts: [text('Look'), { type: 'media' }] },
      { role: 'model', parts: [{ type: 'call', name: 'see' }] },
      { role: 'user', parts: [{ type: 'result' }] },
    ]);
  });

  it('is none where the body is of another kind, or was cut off', () => {
    expect(readTurns('{"messages":[{"role":"us')).toBeUndefined();
    expect(readTurns('[]')).toBeUndefined();
    expect(readTurns('{"prompt":"x"}')).toBeUndefined();
  });

  it('never fails, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readTurns(JSON.stringify({ messages: [value], system: value }));
        readTurns(JSON.stringify({ contents: value }));
      }),
    );
  });
});

it('prints JSON for people, and leaves the rest as it is', () => {
  expect(prettyPrint('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(prettyPrint('{"a":')).toBe('{"a":');
});
