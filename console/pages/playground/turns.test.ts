import { describe, expect, it } from 'vitest';
import { emptyAnswer } from '../../chat/answer.ts';
import { buildBody, readTools, startParameters, type Turn } from './turns.ts';

const parameters = { ...startParameters, model: 'gpt-5' };
const asked: Turn = { role: 'user', id: '1', text: 'hi', images: [] };

describe('the playground’s request', () => {
  it('sends only what is set', () => {
    expect(buildBody({ ...parameters, stream: false }, [asked])).toEqual({
      model: 'gpt-5',
      messages: [{ role: 'user', content: 'hi' }],
    });
  });

  it('sends the system prompt first, and every parameter that is set', () => {
    const full = {
      ...parameters,
      system: 'Be brief.',
      temperature: 0,
      topP: 0.5,
      maxTokens: 9,
      reasoningEffort: 'low',
    };
    expect(buildBody(full, [asked])).toEqual({
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      temperature: 0,
      top_p: 0.5,
      max_tokens: 9,
      reasoning_effort: 'low',
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('sends images as parts beside the text', () => {
    const body = buildBody(parameters, [{ ...asked, images: ['data:image/png;base64,AA=='] }]);
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        ],
      },
    ]);
  });

  it('sends a generated image back with its signature', () => {
    const url = 'data:image/png;base64,AA==';
    const details = [{ type: 'reasoning.encrypted', id: 'image_0', data: 'c2ln', index: 0 }];
    const drawn: Turn = {
      ...{ role: 'assistant', id: '2', model: 'gemini', state: 'done', requestId: null, error: null },
      answer: { ...emptyAnswer, images: [url], details },
      times: { firstToken: 1, total: 2 },
    };
    expect(buildBody(parameters, [asked, drawn]).messages).toEqual([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: null,
        images: [{ type: 'image_url', image_url: { url } }],
        reasoning_details: details,
      },
    ]);
  });

  it('carries tool calls and their results into the next round, and no empty answers', () => {
    const times = { firstToken: 1, total: 2 };
    const common = { role: 'assistant', model: 'gpt-5', state: 'done', times, requestId: null, error: null } as const;
    const call = { id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' };
    const turns: Turn[] = [
      asked,
      { ...common, id: '2', answer: { ...emptyAnswer, toolCalls: [call] } },
      { role: 'tool', id: '3', callId: 'c1', name: 'weather', text: 'sunny' },
      { ...common, id: '4', state: 'failed', answer: emptyAnswer },
    ];
    expect(buildBody(parameters, turns).messages).toEqual([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    ]);
  });

  it('takes tools as a JSON array and nothing else', () => {
    expect(readTools('')).toEqual([]);
    expect(readTools('[{"type":"function"}]')).toEqual([{ type: 'function' }]);
    expect(readTools('{"type":"function"}')).toBeUndefined();
    expect(readTools('[')).toBeUndefined();
  });
});
