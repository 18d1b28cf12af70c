import { describe, expect, it } from 'vitest';
import { addPiece, emptyAnswer } from './answer.ts';

const add = (pieces: readonly unknown[]) => pieces.reduce(addPiece, emptyAnswer);

describe('an answer out of its pieces', () => {
  it('grows by the deltas of a stream and ends with its usage', () => {
    const answer = add([
      { choices: [{ index: 0, delta: { role: 'assistant', content: '你' }, finish_reason: null }] },
      { choices: [{ index: 0, delta: { content: '好' } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } },
    ]);
    expect(answer).toMatchObject({ text: '你好', finishReason: 'stop', usage: { input: 7, output: 2 }, error: null });
  });

  it('puts the fragments of parallel tool calls together by their index', () => {
    const call = (index: number, id: string | undefined, name: string | undefined, text: string) => ({
      choices: [{ delta: { tool_calls: [{ index, id, function: { name, arguments: text } }] } }],
    });
    const answer = add([
      call(0, 'a', 'weather', ''),
      call(1, 'b', 'time', '{"zone"'),
      call(0, undefined, undefined, '{"city":"Paris"}'),
      call(1, undefined, undefined, ':"CET"}'),
    ]);
    expect(answer.toolCalls).toEqual([
      { id: 'a', name: 'weather', arguments: '{"city":"Paris"}' },
      { id: 'b', name: 'time', arguments: '{"zone":"CET"}' },
    ]);
  });

  it('has the generated images and their signatures, and no others', () => {
    const delta = (members: object) => ({ choices: [{ delta: members }] });
    const url = 'data:image/png;base64,AA==';
    const detail = { type: 'reasoning.encrypted', id: 'image_0', data: 'c2ln', index: 0 };
    const answer = add([
      delta({ content: 'Here' }),
      delta({ images: [{ type: 'image_url', index: 0, image_url: { url } }] }),
      delta({ reasoning_details: [detail] }),
      delta({ content: ' it is', images: [{ image_url: { url: 'https://example.com/a.png' } }] }),
    ]);
    expect(answer).toMatchObject({ text: 'Here it is', images: [url], details: [detail] });
  });

  it('reads a whole completion as one piece', () => {
    const answer = add([
      {
        choices: [{ message: { role: 'assistant', content: 'hi', reasoning_content: 'hm' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      },
    ]);
    expect(answer).toMatchObject({ text: 'hi', reasoning: 'hm', finishReason: 'stop' });
  });

  it('keeps what came before a failure inside the stream', () => {
    const answer = add([{ choices: [{ delta: { content: 'par' } }] }, { error: { message: 'cut short' } }]);
    expect(answer).toMatchObject({ text: 'par', error: 'cut short' });
  });

  it('is not disturbed by what it does not know', () => {
    expect(add([{ choices: [{ delta: { content: 'a' } }] }, 'noise', null, { choices: 3 }]).text).toBe('a');
  });
});
