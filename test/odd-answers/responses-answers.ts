import { type Json, notOpenai, type OddAnswer, png, withoutField } from './odd-answer.ts';

const flatAnnotation = { type: 'url_citation', start_index: 0, end_index: 5, url: 'https://example.com/a', title: 'a' };

function responses(
  name: string,
  output: readonly Json[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  events?: readonly Json[],
): OddAnswer {
  const usage = { input_tokens: 3, output_tokens: 5, total_tokens: 8 };
  const head = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_750_000_000,
    model: 'gpt',
    parallel_tool_calls: true,
    tools: [],
    tool_choice: 'auto',
    metadata: {},
    temperature: 1,
    top_p: 1,
    instructions: null,
    error: null,
    incomplete_details: null,
  };
  const whole = { ...head, status: 'completed', output, usage };
  const open = { ...head, status: 'in_progress', output: [], usage: null };
  const items = output.flatMap((item, output_index) => [
    {
      type: 'response.output_item.added',
      output_index,
      item: { ...item, status: 'in_progress', ...(item.type === 'message' && { content: [] }) },
    },
    { type: 'response.output_item.done', output_index, item },
  ]);
  return {
    name,
    upstream: 'openai-responses',
    whole,
    frames: [
      { type: 'response.created', response: open },
      { type: 'response.in_progress', response: open },
      ...(events ?? items),
      { type: 'response.completed', response: whole },
    ],
    ...rest,
  };
}

const spoken = (text: string, annotations: readonly Json[] = []) => ({
  id: `msg_${text}`,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations, logprobs: [] }],
});

export const responsesAnswers: readonly OddAnswer[] = [
  responses(
    'annotations',
    [spoken('CITED', [flatAnnotation, { type: 'file_citation', file_id: 'f', filename: 'a.txt', index: 0 }])],
    {
      words: ['CITED'],
      also: { responses: ['https://example.com/a', 'a.txt'], chat: ['https://example.com/a'] },
      lost: withoutField('annotations', notOpenai),
    },
  ),
  responses(
    'an image, a search, and an item of an unknown type',
    [
      {
        id: 'ws_1',
        type: 'web_search_call',
        status: 'completed',
        action: { type: 'search', query: 'sky' },
      },
      { id: 'ig_0123456789abcdef', type: 'image_generation_call', status: 'completed', result: png },
      spoken('DONE'),
    ],
    {
      words: ['DONE'],
      also: { responses: [png, 'ws_1'], chat: [png], gemini: [png], messages: ['generated an image'] },
      lost: { chat: ['web_search_call'], messages: ['web_search_call', 'image'], gemini: ['web_search_call'] },
    },
  ),
  responses(
    'calls without arguments, and text behind them',
    [
      { id: 'fc_1', type: 'function_call', call_id: 'a', name: 'CALL_A', arguments: '', status: 'completed' },
      {
        id: 'fc_2',
        type: 'function_call',
        call_id: 'b',
        name: 'CALL_B',
        arguments: '{"city":"PARIS"}',
        status: 'completed',
      },
      { id: 'ctc_3', type: 'custom_tool_call', call_id: 'c', name: 'CALL_C', input: 'SAY "HI"' },
      spoken('AFTER'),
    ],
    { words: ['CALL_A', 'CALL_B', 'PARIS', 'CALL_C', 'HI', 'AFTER'] },
  ),
  responses(
    'a refusal, and reasoning behind the text',
    [
      spoken('TEXT'),
      { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'MULLING' }] },
      {
        id: 'msg_2',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'refusal', refusal: 'REFUSED' }],
      },
    ],
    { words: ['TEXT', 'MULLING', 'REFUSED'] },
  ),
];
