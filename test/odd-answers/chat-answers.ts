import { type Json, notOpenai, type OddAnswer, png, withoutField } from './odd-answer.ts';

function chat(
  name: string,
  message: Json,
  deltas: readonly Json[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  finish: unknown = 'stop',
): OddAnswer {
  const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
  return {
    name,
    upstream: 'openai-chat',
    whole: { choices: [{ message: { role: 'assistant', ...message }, finish_reason: finish }], usage },
    frames: [
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: finish }], usage },
      '[DONE]',
    ],
    ...rest,
  };
}

const annotation = {
  type: 'url_citation',
  url_citation: { start_index: 0, end_index: 5, url: 'https://example.com/a', title: 'a' },
};
const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
const call = (name: string, given: unknown, own: Json = {}) => ({
  type: 'function',
  ...own,
  function: { name, arguments: given },
});

const parts = [
  { type: 'text', text: 'ONE ' },
  'TWO ',
  { type: 'thinking', thinking: [{ type: 'text', text: 'MULLING' }] },
  { type: 'output_text', text: 'THREE' },
  { type: 'text', text: '' },
  { type: 'refusal', refusal: 'REFUSED' },
  null,
];

export const chatAnswers: readonly OddAnswer[] = [
  chat('content as a list', { content: parts }, [{ content: parts }], {
    words: ['ONE TWO', 'THREE', 'MULLING', 'REFUSED'],
  }),
  chat(
    'a part of an unknown type',
    {
      content: [
        { type: 'text', text: 'TEXT' },
        { type: 'future_part', a: 1 },
      ],
    },
    [
      {
        content: [
          { type: 'text', text: 'TEXT' },
          { type: 'future_part', a: 1 },
        ],
      },
    ],
    {
      words: ['TEXT'],
      lost: withoutField('future_part', ['chat', 'responses', 'messages', 'gemini']),
    },
  ),
  chat(
    'images beside the content',
    { content: 'HERE', images: [picture] },
    [{ content: 'HERE' }, { images: [picture] }],
    {
      words: ['HERE'],
      also: { chat: [png], responses: [png], gemini: [png], messages: ['generated an image'] },
      lost: { messages: ['image'] },
    },
  ),
  chat(
    'images in the content',
    { content: [{ type: 'text', text: 'HERE' }, picture] },
    [{ content: 'HERE' }, { content: [picture] }],
    {
      words: ['HERE'],
      also: { chat: [png], responses: [png], gemini: [png], messages: ['generated an image'] },
      lost: { messages: ['image'] },
    },
  ),
  chat(
    'annotations',
    { content: 'CITED', annotations: [annotation] },
    [{ content: 'CITED' }, { annotations: [annotation] }],
    {
      words: ['CITED'],
      also: { chat: ['https://example.com/a'], responses: ['https://example.com/a'] },
      lost: withoutField('annotations', notOpenai),
    },
  ),
  chat(
    'calls with any arguments, ids and indices',
    {
      content: 'BEFORE',
      tool_calls: [
        call('CALL_A', { city: 'PARIS' }, { id: 'same' }),
        call('CALL_B', null, { id: 'same' }),
        call('CALL_C', ''),
        { id: 'd', function: { name: 'CALL_D' } },
      ],
    },
    [
      { content: 'BEFORE' },
      { tool_calls: [call('CALL_A', { city: 'PARIS' }, { id: 'same', index: 0 })] },
      { tool_calls: [call('CALL_B', null, { id: 'same' })] },
      { tool_calls: [call('CALL_C', '', { index: 7 })] },
      { tool_calls: [{ id: 'd', index: 9, function: { name: 'CALL_D' } }] },
    ],
    { words: ['BEFORE', 'CALL_A', 'PARIS', 'CALL_B', 'CALL_C', 'CALL_D'] },
    'tool_calls',
  ),
  chat(
    'interleaved calls, and text behind them',
    {
      tool_calls: [call('CALL_A', '{"city":"PARIS"}', { id: 'a' }), call('CALL_B', '{"city":"ROME"}', { id: 'b' })],
      content: 'AFTER',
    },
    [
      { role: 'assistant', content: null, tool_calls: [call('CALL_A', '', { id: 'a', index: 0 })] },
      { tool_calls: [call('CALL_B', '', { id: 'b', index: 1 })] },
      {
        tool_calls: [
          { index: 0, function: { arguments: '{"city":' } },
          { index: 1, function: { arguments: '{"city":' } },
        ],
      },
      {
        tool_calls: [
          { index: 1, function: { arguments: '"ROME"}' } },
          { index: 0, function: { arguments: '"PARIS"}' } },
        ],
      },
      { content: 'AFTER' },
    ],
    { words: ['CALL_A', 'PARIS', 'CALL_B', 'ROME', 'AFTER'] },
    'tool_calls',
  ),
  chat(
    'the call of a custom tool',
    { content: null, tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'CALL_A', input: 'SAY "HI"' } }] },
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'CALL_A', input: '' } }],
      },
      { tool_calls: [{ index: 0, custom: { input: 'SAY "' } }] },
      { tool_calls: [{ index: 0, custom: { input: 'HI"' } }] },
    ],
    { words: ['CALL_A', 'SAY', 'HI'] },
    'tool_calls',
  ),
  chat(
    'reasoning behind the text, twice',
    { content: 'TEXT', reasoning: 'MULLING', reasoning_content: 'MULLING' },
    [{ content: 'TEXT' }, { reasoning: 'MULLING', reasoning_content: 'MULLING' }],
    { words: ['TEXT', 'MULLING'] },
  ),
  chat('a refusal', { content: null, refusal: 'REFUSED' }, [{ refusal: 'REF' }, { refusal: 'USED' }], {
    words: ['REFUSED'],
  }),
  chat('an unknown finish reason', { content: 'TEXT' }, [{ content: 'TEXT' }], { words: ['TEXT'] }, 'brand_new'),
  chat('no finish reason', { content: 'TEXT' }, [{ content: 'TEXT' }], { words: ['TEXT'] }, null),
  chat(
    'speech, with what it says',
    { content: null, audio: { id: 'a', data: 'UklGRg==', transcript: 'SPOKEN', expires_at: 1 } },
    [{ audio: { id: 'a' } }, { audio: { transcript: 'SPO' } }, { audio: { transcript: 'KEN' } }],
    {
      words: ['SPOKEN'],
    },
  ),
  {
    ...chat('the text of a choice without a message', {}, [], { words: ['TEXT'] }),
    whole: { choices: [{ text: 'TEXT', finish_reason: 'stop' }] },
    frames: [{ choices: [{ text: 'TEXT' }] }, { choices: [{ finish_reason: 'stop' }] }, '[DONE]'],
  },
  chat(
    'a call that is not in a list',
    { tool_calls: call('CALL_A', '{"city":"PARIS"}') },
    [{ tool_calls: call('CALL_A', '{"city":"PARIS"}') }],
    {
      words: ['CALL_A', 'PARIS'],
    },
    'tool_calls',
  ),
  {
    name: 'log probabilities, usage in every chunk and several choices',
    upstream: 'openai-chat',
    whole: {
      choices: [
        { index: 1, message: { content: 'SECOND' }, finish_reason: 'stop' },
        {
          message: { content: 'FIRST' },
          finish_reason: 'stop',
          index: 0,
          logprobs: { content: [{ token: 'FIRST', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null },
        },
      ],
      usage: { prompt_tokens: '3', completion_tokens: null },
    },
    frames: [
      { choices: [{ index: 1, delta: { content: 'SECOND' } }], usage: { prompt_tokens: 3 } },
      {
        choices: [
          {
            index: 0,
            delta: { content: 'FIRST' },
            logprobs: { content: [{ token: 'FIRST', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null },
          },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 1 },
      },
      {
        choices: [
          { index: 1, delta: {}, finish_reason: 'stop' },
          { index: 0, delta: {}, finish_reason: 'stop' },
        ],
        usage: null,
      },
      '[DONE]',
    ],
    words: ['FIRST'],
  },
];

const wrapped = (payload: unknown) =>
  payload === '[DONE]' ? payload : { response_payload: payload, platform_attributes: { model: 'm' } };

/** The same answers of the routes that imitate Chat Completions. */
export const imitations: readonly OddAnswer[] = [
  ...chatAnswers.map((answer): OddAnswer => {
    const { whole, frames } = answer;
    return { ...answer, upstream: 'unified', whole: wrapped(whole), frames: frames.map(wrapped) };
  }),
  // This route reads the calls itself.
  ...chatAnswers
    .filter(({ name, words }) => words.includes('CALL_A') || name.startsWith('images'))
    .map((answer): OddAnswer => ({ ...answer, upstream: 'gemini-chat' })),
];
