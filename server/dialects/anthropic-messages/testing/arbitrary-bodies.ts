import fc from 'fast-check';
import { encodeProof } from '../../../conversation/foreign-proof.ts';
import { isBlank } from '../../../lib/blank.ts';
import { parseExactJson } from '../../../lib/exact-json.ts';
import type { JsonRecord } from '../../../lib/json.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';

/*
 * Valid bodies of `POST /v1/messages` with all kinds of members. They include what Claude rejects and the gateway
 * repairs, and unknown members wherever these are allowed.
 */

const text = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Hi', 'Grüß Gott', 'a "quote"\n', '🔐', '你好 ') },
  { weight: 2, arbitrary: fc.constantFrom('', ' ', '\n', '\u00a0', '\u200b') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);
const number = fc
  .constantFrom('1', '1.0', '0.5', '1e3', '12345678901234567890')
  .map((written) => parseExactJson(written));
const later = fc.constantFrom({}, {}, {}, { later: { a: [1, 'x'] } }, { later: null });
const cacheControl = fc.constantFrom(
  {},
  {},
  {},
  { cache_control: { type: 'ephemeral' } },
  { cache_control: { type: 'ephemeral', ttl: '1h' } },
  { cache_control: null },
);

/** A block with unknown members. */
function block(members: fc.Arbitrary<JsonRecord>): fc.Arbitrary<JsonRecord> {
  return fc.tuple(members, later, cacheControl).map(([own, ...others]) => Object.assign({}, own, ...others));
}

const textBlock = block(text.map((words) => ({ type: 'text', text: words })));
const imageBlock = block(
  fc.constant({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }),
);
const documentBlock = block(
  fc.constantFrom<JsonRecord[]>(
    { type: 'document', title: 'a', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a' }, citations: { enabled: true } },
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] }, context: 'c' },
  ),
);
const searchResult = block(
  fc.constant({ type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'a' }] }),
);
const thinkingBlock = fc.constantFrom<JsonRecord[]>(
  { type: 'thinking', thinking: 'hm', signature: 'sig' },
  { type: 'thinking', thinking: '', signature: 'sig' },
  { type: 'thinking', thinking: 'unsigned' },
  { type: 'redacted_thinking', data: 'secret' },
  {
    type: 'thinking',
    thinking: 'foreign',
    signature: encodeProof({ dialect: 'gemini', value: 's' }, 'anthropic-messages'),
  },
);
const serverBlocks = fc.constantFrom<JsonRecord[][]>([
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
]);

const resultContent = fc.oneof(
  text,
  fc.array(fc.oneof(textBlock, imageBlock, searchResult, fc.constant({ type: 'tool_reference', tool_name: 'f' })), {
    maxLength: 2,
  }),
  fc.constant(undefined),
);

interface Turn {
  readonly calls: readonly JsonRecord[];
  readonly results: readonly JsonRecord[];
}

/** Calls of one turn and their results, in another order. */
const callsAndResults: fc.Arbitrary<Turn> = fc
  .uniqueArray(fc.constantFrom('toolu_1', 'call_2', 'functions.f:0', 'x'.repeat(70)), { maxLength: 3 })
  .chain((ids) =>
    fc
      .record({
        inputs: fc.tuple(...ids.map(() => fc.record({ n: number }, { requiredKeys: [] }))),
        contents: fc.tuple(...ids.map(() => resultContent)),
        order: fc.shuffledSubarray(ids, { minLength: ids.length }),
        extra: later,
        failed: fc.constantFrom({}, { is_error: true }, { is_error: false }),
      })
      .map(({ inputs, contents, order, extra, failed }) => ({
        calls: ids.map((id, index) => ({ type: 'tool_use', id, name: 'f', input: inputs[index], ...extra })),
        results: order.map((id, index) => ({
          type: 'tool_result',
          tool_use_id: id,
          ...(contents[index] !== undefined && { content: contents[index] }),
          ...failed,
        })),
      })),
  );

const userContent = fc.oneof(
  text.filter((words) => !isBlank(words)),
  fc.array(fc.oneof(textBlock, imageBlock, documentBlock, searchResult), { minLength: 1, maxLength: 3 }),
);

/** A message of blanks only cannot be answered. */
function hasContent(content: string | readonly JsonRecord[]): boolean {
  return typeof content === 'string' || content.some((part) => !isBlank(String(part.text ?? 'media')));
}

const exchange: fc.Arbitrary<JsonRecord[]> = fc
  .record({
    asked: userContent,
    thinking: fc.array(thinkingBlock, { maxLength: 2 }),
    said: fc.array(textBlock, { maxLength: 2 }),
    server: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: serverBlocks }),
    turn: callsAndResults,
    reminder: fc.array(textBlock, { maxLength: 1 }),
    system: fc.constantFrom<JsonRecord[][]>([], [], [{ role: 'system', content: [{ type: 'text', text: 'now' }] }]),
    extra: later,
  })
  .map(({ asked, thinking, said, server, turn, reminder, system, extra }) => [
    { role: 'user', content: asked, ...extra },
    ...system,
    { role: 'assistant', content: [...thinking, ...said, ...server, ...turn.calls] },
    ...(turn.calls.length > 0 ? [{ role: 'user', content: [...turn.results, ...reminder] }] : []),
  ]);

const tools = fc.constantFrom<JsonRecord[]>(
  {},
  { tools: [] },
  {
    tools: [
      { name: 'f', description: 'F', input_schema: { type: 'object', properties: {} } },
      {
        name: 'g',
        input_schema: { $schema: 'x', anyOf: [{ properties: { a: {} } }] },
        defer_loading: true,
        strict: true,
      },
      {
        name: 'a.b',
        input_schema: { type: 'object' },
        cache_control: { type: 'ephemeral', ttl: '1h' },
        type: 'custom',
      },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 1 },
    ],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  },
  { tools: [{ name: 'f', input_schema: { type: 'object' } }], tool_choice: { type: 'any' } },
);
const settings = fc
  .tuple(
    fc.constantFrom(
      {},
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      { thinking: { type: 'adaptive', display: 'omitted' } },
      { thinking: null },
    ),
    fc.constantFrom({}, { temperature: parseExactJson('1.0') }, { temperature: 0.5, top_p: 0.9, top_k: 3 }),
    fc.constantFrom({}, { stop_sequences: ['END', '\n'] }, { stop_sequences: [] }),
    fc.constantFrom(
      {},
      { metadata: { user_id: 'u', later: 1 } },
      { context_management: { edits: [] }, service_tier: 'auto' },
    ),
    fc.constantFrom(
      {},
      { output_config: { effort: 'low' } },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    ),
    fc.constantFrom({}, { cache_control: { type: 'ephemeral' } }, { mcp_servers: [], container: null }),
  )
  .map((given): JsonRecord => Object.assign({}, ...given));

export const arbitraryBody: fc.Arbitrary<JsonRecord> = fc
  .record({
    system: fc.oneof(fc.constant(undefined), text, fc.array(textBlock, { maxLength: 3 })),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    last: userContent.filter(hasContent),
    tools,
    settings,
    extra: later,
    stream: fc.constantFrom({}, { stream: true }, { stream: false }),
    maxTokens: fc.constantFrom(100, 4000, 500_000, parseExactJson('1e3')),
  })
  .map(({ system, exchanges, last, tools: given, settings: set, extra, stream, maxTokens }) => ({
    model: 'anthropic:claude',
    max_tokens: maxTokens,
    ...withoutUndefined({ system }),
    messages: [...exchanges.flat(), { role: 'user', content: last }],
    ...given,
    ...set,
    ...extra,
    ...stream,
  }));
