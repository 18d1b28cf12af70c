import { type Json, notOpenai, type OddAnswer, png, withoutField } from './odd-answer.ts';

const flatAnnotation = { type: 'url_citation', start_index: 0, end_index: 5, url: 'https://example.com/a', title: 'a' };

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

const whole = (output: readonly Json[]) => ({
  ...head,
  status: 'completed',
  output,
  usage: { input_tokens: 3, output_tokens: 5, total_tokens: 8 },
});

const unwritten = ['TEXT', 'MULLING', 'CALL_A', 'PARIS', 'REFUSED'];

function responses(
  name: string,
  output: readonly Json[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  events?: readonly Json[],
): OddAnswer {
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
    whole: whole(output),
    frames: [
      { type: 'response.created', response: open },
      { type: 'response.in_progress', response: open },
      ...(events ?? items),
      { type: 'response.completed', response: whole(output) },
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
  responses(
    'the text of a custom tool in pieces',
    [{ id: 'ctc_1', type: 'custom_tool_call', call_id: 'a', name: 'CALL_A', input: 'SAY "HI"' }],
    { words: ['CALL_A', 'SAY', 'HI'] },
    [
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { id: 'ctc_1', type: 'custom_tool_call', call_id: 'a', name: 'CALL_A', input: '' },
      },
      { type: 'response.custom_tool_call_input.delta', output_index: 0, item_id: 'ctc_1', delta: 'SAY "' },
      { type: 'response.custom_tool_call_input.delta', output_index: 0, item_id: 'ctc_1', delta: 'HI"' },
      { type: 'response.custom_tool_call_input.done', output_index: 0, item_id: 'ctc_1', input: 'SAY "HI"' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { id: 'ctc_1', type: 'custom_tool_call', call_id: 'a', name: 'CALL_A', input: 'SAY "HI"' },
      },
    ],
  ),
  responses(
    'texts without pieces, and an output that is empty',
    [],
    {
      whole: whole([
        { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'MULLING' }] },
        {
          type: 'message',
          content: [
            { type: 'output_text', text: 'TEXT' },
            { type: 'refusal', refusal: 'REFUSED' },
          ],
        },
        { type: 'function_call', name: 'CALL_A', arguments: '{"city":"PARIS"}' },
      ]),
      words: [],
      beyond: 'responses',
      unreadable: 'responses',
      also: { chat: unwritten, messages: unwritten, gemini: unwritten },
    },
    [
      { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'MULLING' },
      { type: 'response.output_text.done', output_index: 1, content_index: 0, text: 'TEXT' },
      { type: 'response.refusal.done', output_index: 1, content_index: 1, refusal: 'REFUSED' },
      { type: 'response.output_item.added', output_index: 2, item: { type: 'function_call', name: 'CALL_A' } },
      { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"city":"PARIS"}' },
    ],
  ),
];
