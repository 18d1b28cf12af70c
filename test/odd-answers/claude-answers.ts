import { type Json, type OddAnswer, withoutField } from './odd-answer.ts';

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

export const claudeAnswers: readonly OddAnswer[] = [
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
  {
    ...claude('content that is a text, and a message in one event', [said('TEXT')], { words: ['TEXT'] }),
    unreadable: 'messages',
    whole: { id: 'msg_1', type: 'message', role: 'assistant', content: 'TEXT', stop_reason: 'end_turn' },
    frames: [
      { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'TEXT' }], stop_reason: 'end_turn' },
    ],
  },
  {
    ...claude('blocks with gaps between their indices, and stops that are missing', [said('ONE'), said('TWO')], {
      words: ['ONE', 'TWO', 'CALL_A', 'PARIS'],
    }),
    whole: {
      content: [
        { type: 'text', text: 'ONE' },
        { type: 'text', text: 'TWO' },
        { type: 'tool_use', id: 'a', name: 'CALL_A', input: { city: 'PARIS' } },
      ],
    },
    frames: [
      { type: 'message_start', message: { usage: null } },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: 'ON' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'E' } },
      { type: 'content_block_start', index: 5, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 5, delta: { type: 'text_delta', text: 'TWO' } },
      { type: 'content_block_stop', index: 5 },
      {
        type: 'content_block_start',
        index: 7,
        content_block: { type: 'tool_use', id: 'a', name: 'CALL_A', input: {} },
      },
      { type: 'content_block_delta', index: 7, delta: { type: 'input_json_delta', partial_json: '{"city":"PARIS"}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ],
  },
  {
    ...claude('interleaved blocks with gaps between their indices', [said('ONE')], {
      words: ['ONE', 'TWO', 'CALL_A', 'PARIS'],
    }),
    unreadable: 'messages',
    whole: {
      content: [
        { type: 'text', text: 'ONE' },
        null,
        { text: 'TWO' },
        { type: 'tool_use', name: 'CALL_A', input: '{"city":"PARIS"}' },
      ],
    },
    frames: [
      { type: 'message_start', message: { usage: null } },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: 'ON' } },
      { type: 'content_block_start', index: 7, content_block: { type: 'tool_use', name: 'CALL_A' } },
      { type: 'content_block_delta', index: 7, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'E' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'content_block_delta', index: 7, delta: { type: 'input_json_delta', partial_json: '"PARIS"}' } },
      { type: 'content_block_stop', index: 7 },
      { type: 'content_block_delta', index: 9, delta: { type: 'text_delta', text: 'TWO' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ],
  },
];
