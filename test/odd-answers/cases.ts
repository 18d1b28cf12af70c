/*
 * Answers as upstreams may send them although their documentation does not say so, and content that not every API has a
 * field for. Each word in capital letters is something that the model wrote.
 */

type Json = Readonly<Record<string, unknown>>;
export type Client = 'chat' | 'responses' | 'messages' | 'gemini';
export type Upstream =
  | 'openai-chat'
  | 'openai-responses'
  | 'vertex-anthropic'
  | 'vertex-gemini'
  | 'gemini-chat'
  | 'unified';

export interface OddAnswer {
  readonly name: string;
  readonly upstream: Upstream;
  /** The body of an answer that is not streamed. */
  readonly whole: unknown;
  /** The frames of a stream. */
  readonly frames: readonly unknown[];
  /** What every client gets, streamed or not. */
  readonly words: readonly string[];
  /** What clients of an API get as well. */
  readonly also?: Partial<Record<Client, readonly string[]>>;
  /** The API whose schemas do not allow what its own vendor sent. */
  readonly beyond?: Client;
  /** What an API has no field for, which the warnings report. */
  readonly lost?: Partial<Record<Client, readonly string[]>>;
}

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/* Gemini */

const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 };

/** @param parts each is a chunk of the stream */
function gemini(
  name: string,
  parts: readonly Json[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  ending: Json = {},
): OddAnswer {
  const content = (some: readonly Json[]) => ({ role: 'model', parts: some });
  const end = { finishReason: 'STOP', ...ending };
  return {
    name,
    upstream: 'vertex-gemini',
    whole: { candidates: [{ content: content(parts), index: 0, ...end }], usageMetadata },
    frames: [
      ...parts.map((part) => ({ candidates: [{ content: content([part]) }] })),
      { candidates: [{ content: content([]), ...end }], usageMetadata },
    ],
    ...rest,
  };
}

const image = { inlineData: { mimeType: 'image/png', data: png } };
const notGemini = ['chat', 'responses', 'messages'] as const;
const withoutField = (name: string, clients: readonly Client[]) =>
  Object.fromEntries(clients.map((client) => [client, [name]]));

const geminiAnswers: readonly OddAnswer[] = [
  gemini(
    'an image with a signature, between texts',
    [{ text: 'HERE ' }, { ...image, thoughtSignature: 'c2ln' }, { text: 'DONE' }],
    {
      words: ['HERE', 'DONE'],
      also: {
        chat: [png],
        responses: [png],
        gemini: [png, 'c2ln'],
        messages: ['generated an image (image/png, 70 bytes)'],
      },
      lost: { messages: ['image'] },
    },
  ),
  gemini('an image alone', [image], {
    words: [],
    also: { chat: [png], responses: [png], gemini: [png], messages: ['generated an image'] },
    lost: { messages: ['image'] },
  }),
  gemini('a draft of an image in the thoughts', [{ ...image, thought: true }, { text: 'DONE' }], {
    words: ['DONE'],
    lost: withoutField('inlineData', notGemini),
  }),
  gemini('audio', [{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }, { text: 'DONE' }], {
    words: ['DONE', 'audio/wav'],
    also: { gemini: ['UklGRg=='] },
  }),
  gemini(
    'code that ran, and its output',
    [
      { text: 'CODE' },
      { executableCode: { language: 'PYTHON', code: 'print("```", SIX*7)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'FORTYTWO' } },
      { codeExecutionResult: { outcome: 'OUTCOME_FAILED' } },
      { text: 'DONE' },
    ],
    { words: ['CODE', 'SIX*7', 'FORTYTWO', 'OUTCOME_FAILED', 'DONE'] },
  ),
  gemini(
    'sources',
    [{ text: 'SKY' }],
    {
      words: ['SKY'],
      also: { gemini: ['https://example.com/sky'] },
      lost: withoutField('groundingMetadata', notGemini),
    },
    {
      groundingMetadata: { groundingChunks: [{ web: { uri: 'https://example.com/sky', title: 'sky' } }] },
      citationMetadata: { citations: [{ startIndex: 0, endIndex: 3, uri: 'https://example.com/sky' }] },
    },
  ),
  gemini('empty and unknown parts', [{}, { text: '' }, { text: 'TEXT' }, { futureThing: { a: 1 } }, { text: '' }], {
    words: ['TEXT'],
    beyond: 'gemini',
    lost: withoutField('futureThing', notGemini),
  }),
  gemini(
    'calls without ids and arguments, between thoughts and texts',
    [
      { text: 'BEFORE' },
      { text: 'MULLING', thought: true },
      { functionCall: { name: 'CALL_A' } },
      { functionCall: { name: 'CALL_B', args: null, id: 'same' } },
      { functionCall: { name: 'CALL_C', args: { city: 'PARIS' }, id: 'same' } },
      { text: 'AFTER' },
    ],
    { words: ['BEFORE', 'CALL_A', 'CALL_B', 'CALL_C', 'PARIS', 'AFTER', 'MULLING'] },
  ),
  gemini('an unknown finish reason', [{ text: 'TEXT' }], { words: ['TEXT'] }, { finishReason: 'BRAND_NEW' }),
  {
    name: 'several candidates, one without an index',
    upstream: 'vertex-gemini',
    whole: {
      candidates: [
        { content: { parts: [{ text: 'FIRST' }] }, finishReason: 'STOP' },
        { content: { parts: [{ text: 'SECOND' }] }, finishReason: 'STOP', index: 1 },
      ],
    },
    frames: [
      {
        candidates: [{ content: { parts: [{ text: 'FIR' }] } }, { content: { parts: [{ text: 'SECOND' }] }, index: 1 }],
      },
      { candidates: [{ content: { parts: [{ text: 'ST' }] }, finishReason: 'STOP' }] },
      { candidates: [{ finishReason: 'STOP', index: 1 }], usageMetadata },
    ],
    words: ['FIRST'],
  },
];

/* Claude */

/** @param blocks each with the deltas that a stream has in place of its content */
function claude(
  name: string,
  blocks: readonly (readonly [whole: Json, start: Json, deltas: readonly Json[]])[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  stop: string | null = 'end_turn',
): OddAnswer {
  const usage = { input_tokens: 3, output_tokens: 5 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', stop_sequence: null };
  return {
    name,
    upstream: 'vertex-anthropic',
    whole: { ...message, content: blocks.map(([whole]) => whole), stop_reason: stop, usage },
    frames: [
      { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
      ...blocks.flatMap(([, start, deltas], index) => [
        { type: 'content_block_start', index, content_block: start },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ]),
      { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ],
    ...rest,
  };
}

const said = (text: string) =>
  [{ type: 'text', text }, { type: 'text', text: '' }, [{ type: 'text_delta', text }]] as const;
const citation = {
  type: 'web_search_result_location',
  url: 'https://example.com/a',
  title: 'a',
  encrypted_index: 'e',
  cited_text: 'c',
};
const searching = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'sky' } };
const searched = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  content: [
    { type: 'web_search_result', url: 'https://example.com/a', title: 'a', encrypted_content: 'e', page_age: null },
  ],
};
const notMessages = ['chat', 'responses', 'gemini'] as const;

const claudeAnswers: readonly OddAnswer[] = [
  claude(
    'citations',
    [
      [
        { type: 'text', text: 'CITED', citations: [citation] },
        { type: 'text', text: '', citations: [] },
        [
          { type: 'text_delta', text: 'CITED' },
          { type: 'citations_delta', citation },
        ],
      ],
      said('PLAIN'),
    ],
    {
      words: ['CITED', 'PLAIN'],
      also: { messages: ['https://example.com/a'] },
      lost: withoutField('citations_delta', notMessages),
    },
  ),
  claude(
    'a search by the vendor',
    [
      said('BEFORE'),
      [searching, { ...searching, input: {} }, [{ type: 'input_json_delta', partial_json: '{"query":"sky"}' }]],
      [searched, searched, []],
      said('AFTER'),
    ],
    {
      words: ['BEFORE', 'AFTER'],
      also: { messages: ['srvtoolu_1', 'https://example.com/a'] },
      lost: withoutField('server_tool_use', notMessages),
    },
  ),
  claude(
    'thinking that is redacted, empty, or behind the text',
    [
      [{ type: 'redacted_thinking', data: 'c2VjcmV0' }, { type: 'redacted_thinking', data: 'c2VjcmV0' }, []],
      said('FIRST'),
      [
        { type: 'thinking', thinking: 'MULLING', signature: 'c2ln' },
        { type: 'thinking', thinking: '', signature: '' },
        [
          { type: 'thinking_delta', thinking: 'MULLING' },
          { type: 'signature_delta', signature: 'c2ln' },
        ],
      ],
      said(''),
      said('LAST'),
    ],
    { words: ['FIRST', 'LAST', 'MULLING'] },
  ),
  claude(
    'a block of an unknown type',
    [said('TEXT'), [{ type: 'future_block', a: 1 }, { type: 'future_block', a: 1 }, []]],
    {
      words: ['TEXT'],
      beyond: 'messages',
      lost: withoutField('future_block', notMessages),
    },
  ),
  claude(
    'calls without input or id, with the same id, and text behind them',
    [
      [
        { type: 'tool_use', id: 'same', name: 'CALL_A', input: {} },
        { type: 'tool_use', id: 'same', name: 'CALL_A', input: {} },
        [],
      ],
      [
        { type: 'tool_use', id: 'same', name: 'CALL_B', input: { city: 'PARIS' } },
        { type: 'tool_use', id: 'same', name: 'CALL_B', input: {} },
        [
          { type: 'input_json_delta', partial_json: '{"city":' },
          { type: 'input_json_delta', partial_json: '"PARIS"}' },
        ],
      ],
      [{ type: 'tool_use', name: 'CALL_C' }, { type: 'tool_use', name: 'CALL_C' }, []],
      said('AFTER'),
    ],
    { words: ['CALL_A', 'CALL_B', 'PARIS', 'CALL_C', 'AFTER'] },
    'tool_use',
  ),
  claude('an unknown stop reason', [said('TEXT')], { words: ['TEXT'] }, 'brand_new'),
];

/* OpenAI's Chat Completions */

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
const flatAnnotation = { type: 'url_citation', start_index: 0, end_index: 5, url: 'https://example.com/a', title: 'a' };
const notOpenai = ['messages', 'gemini'] as const;
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

const chatAnswers: readonly OddAnswer[] = [
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

/* The routes that imitate Chat Completions */

const imitations: readonly OddAnswer[] = chatAnswers.flatMap((answer) => {
  const { whole, frames } = answer;
  const unified = (payload: unknown) =>
    payload === '[DONE]' ? payload : { response_payload: payload, platform_attributes: { model: 'm' } };
  return [
    { ...answer, upstream: 'gemini-chat' as const },
    { ...answer, upstream: 'unified' as const, whole: unified(whole), frames: frames.map(unified) },
  ];
});

/* OpenAI's Responses */

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

const responsesAnswers: readonly OddAnswer[] = [
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

export const oddAnswers: readonly OddAnswer[] = [
  ...geminiAnswers,
  ...claudeAnswers,
  ...chatAnswers,
  ...imitations,
  ...responsesAnswers,
];
