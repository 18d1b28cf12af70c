import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { readAnthropicStream, requireAnthropicSchema, type StreamedEvent } from '../schemas/anthropic.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/*
 * Compliance cases of the Messages API, one test each, on one model per family.
 */

const claude = 'anthropic:claude-sonnet-4-5@20250929';
const places = [
  [claude, 'vertex-anthropic'],
  ['bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock-anthropic'],
  [claude, 'unified'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['openai:gpt-5.1', 'openai-responses'],
] as const;
type Route = (typeof places)[number][1];

const say = (content: unknown) => ({ role: 'user', content });
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const time = { name: 'get_time', input_schema: { type: 'object', properties: {} } };
const thinking = { type: 'enabled', budget_tokens: 2000 };

let bench: TestBench;
let key: string;
let credential: string;

function prepareBench(model: string, route: Route): void {
  beforeAll(async () => {
    bench = await startTestBench();
    credential = await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(model, route);
    key = (await bench.generateKey()).key;
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await forgetFailures();
  });
}

/** Resets route health, so that tests do not affect each other. */
async function forgetFailures(): Promise<void> {
  await bench.admin('POST', `/credentials/${credential}/reset`);
}

function send(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(bench.origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonRecord;
}

async function create(body: object, headers = {}): Promise<Answer> {
  const response = await send('/v1/messages', { max_tokens: 4000, ...body }, headers);
  const value: unknown = await response.json();
  if (response.status === 200) requireAnthropicSchema('MessageComplete', value);
  else requireAnthropicSchema('HttpError', { status: response.status, body: value });
  return { status: response.status, headers: response.headers, body: readRecord(value) };
}

async function stream(body: object): Promise<readonly StreamedEvent[]> {
  const response = await send('/v1/messages', { max_tokens: 4000, stream: true, ...body });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String)]);
  return readAnthropicStream(text);
}

function growBlock(block: Record<string, unknown>, { text, thinking, signature, content }: JsonRecord): void {
  if (typeof text === 'string') block.text = `${block.text}${text}`;
  if (typeof thinking === 'string') block.thinking = `${block.thinking}${thinking}`;
  if (typeof signature === 'string') block.signature = signature;
  // Of a compaction, which comes in one delta.
  if (typeof content === 'string') block.content = content;
}

/** The message that a client assembles from a stream. */
function assemble(events: readonly StreamedEvent[]): JsonRecord {
  const blocks: Record<string, unknown>[] = [];
  let message: JsonRecord = {};
  let json = '';
  for (const event of events) {
    const delta = readRecord(event.delta);
    const block = blocks.at(-1) ?? {};
    if (event.type === 'message_start') message = readRecord(event.message);
    if (event.type === 'content_block_start') {
      blocks.push({ ...readRecord(event.content_block) });
      json = '';
    }
    growBlock(block, delta);
    if (typeof delta.partial_json === 'string') json += delta.partial_json;
    if (event.type === 'content_block_stop' && json !== '') block.input = JSON.parse(json);
    if (event.type === 'message_delta') {
      message = { ...message, ...delta, usage: { ...readRecord(message.usage), ...readRecord(event.usage) } };
    }
  }
  return { ...message, content: blocks };
}

/** The answers to the same request, whole and streaming. */
async function both(body: object): Promise<readonly JsonRecord[]> {
  const whole = await create(body);
  expect([whole.status, whole.body]).toEqual([200, expect.anything()]);
  return [whole.body, assemble(await stream(body))];
}

const blocksOf = (message: JsonRecord) => readArray(message.content).map(readRecord);
const typesOf = (message: JsonRecord) => blocksOf(message).map(({ type }) => type);
const callsOf = (message: JsonRecord) => blocksOf(message).filter(({ type }) => type === 'tool_use');
const textOf = (message: JsonRecord) =>
  blocksOf(message)
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('');
const sent = () => readRecord(bench.simulator.control.lastRequest().body);
const sentText = () => JSON.stringify(sent());
const countRequests = () => bench.simulator.control.requests({ kind: 'model' }).length;

describe.each(places)('on %s (%s)', (model, route) => {
  prepareBench(model, route);
  const isNative = route.endsWith('-anthropic');

  it('A1: a basic answer', async () => {
    for (const message of await both({ model, messages: [say('Hello')] })) {
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        stop_reason: 'end_turn',
        stop_sequence: null,
      });
      expect(textOf(message)).toBe('You said: Hello');
      const { input_tokens, output_tokens, cache_read_input_tokens } = readRecord(message.usage);
      expect(input_tokens).toBeGreaterThan(0);
      expect(output_tokens).toBeGreaterThan(0);
      expect(Number.isInteger(cache_read_input_tokens)).toBe(true);
      expect(message).not.toHaveProperty('timings');
    }
  });

  it.each([
    ['strings', 'Be brief.', (text: string) => text],
    [
      'blocks',
      [
        { type: 'text', text: 'Be ' },
        { type: 'text', text: 'brief.' },
      ],
      (text: string) => [{ type: 'text', text }],
    ],
  ])('A2: system and content as %s, over several turns', async (_form, system, content) => {
    const messages = [say(content('one')), { role: 'assistant', content: content('two') }, say(content('three'))];
    for (const message of await both({ model, system, messages })) expect(textOf(message)).toBe('You said: three');
    for (const text of ['Be ', 'brief.', 'one', 'two']) expect(sentText()).toContain(text);
  });

  it('A3, A4: a stream begins, ends and counts its blocks as the API has it', async () => {
    const events = await stream({ model, messages: [say('one two three')] });
    expect(events[0]).toMatchObject({ type: 'message_start', message: { content: [] } });
    expect(readRecord(readRecord(readRecord(events[0]).message).usage).input_tokens).toBeGreaterThan(0);
    expect(events.at(-1)?.type).toBe('message_stop');
    expect(events.filter(({ type }) => type === 'message_delta')).toHaveLength(1);
    const deltas = events.filter(({ type }) => type === 'content_block_delta');
    expect(deltas.every(({ delta }) => readRecord(delta).text !== '')).toBe(true);
  });

  it('A4: an answer without text has no empty block', async () => {
    if (route === 'unified') bench.simulator.control.setDefault({ content: 'empty' });
    const asking = { model, tools: [weather], messages: [say('get_weather')] };
    for (const message of await both(asking)) expect(typesOf(message)).toEqual(['tool_use']);
  });

  it('A5: text and calls of one answer, blanks before a call', async () => {
    for (const text of ['Let me see.', '\n\n']) {
      bench.simulator.control.setDefault({ text });
      for (const message of await both({ model, tools: [weather], messages: [say('get_weather')] })) {
        expect(callsOf(message)).toHaveLength(1);
        if (text.trim() !== '' && typesOf(message).length > 1) expect(textOf(message)).toBe(text);
      }
    }
  });

  it('A6: thinking, then a call or text, with one signature', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'Hmm' });
    for (const messages of [[say('get_weather of Paris')], [say('Hello')]]) {
      const asking = { model, thinking, tools: [weather], messages };
      for (const message of await both(asking)) {
        const [first, ...others] = blocksOf(message);
        expect(first).toMatchObject({ type: 'thinking', signature: expect.stringMatching(/./) });
        expect(others.map(({ type }) => type)).not.toContain('thinking');
        expect(others.length).toBeGreaterThan(0);
      }
      const events = await stream(asking);
      expect(events.filter(({ delta }) => readRecord(delta).type === 'signature_delta')).toHaveLength(1);
    }
  });

  it('A7: no thinking that was not asked for', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'Hmm' });
    for (const message of await both({ model, messages: [say('Hello')] })) {
      expect(typesOf(message)).toEqual(['text']);
      expect(textOf(message)).toBe('You said: Hello');
    }
  });

  it.each([
    [{ type: 'auto' }, 'Hello', 0],
    [{ type: 'auto' }, 'get_weather of Paris', 1],
    [{ type: 'none' }, 'get_weather of Paris', 0],
    [{ type: 'any' }, 'Hello', 1],
    [{ type: 'any', disable_parallel_tool_use: true }, 'Hello', 1],
    [{ type: 'tool', name: 'get_time' }, 'Hello', 1],
  ])('A8: tool_choice %j for %j', async (tool_choice, text, count) => {
    for (const message of await both({ model, tools: [weather, time], tool_choice, messages: [say(text)] })) {
      expect(callsOf(message)).toHaveLength(count);
      expect(message.stop_reason).toBe(count === 0 ? 'end_turn' : 'tool_use');
      for (const { id, input } of callsOf(message)) expect([typeof id, isRecord(input)]).toEqual(['string', true]);
      if ('name' in tool_choice) expect(callsOf(message)).toMatchObject([{ name: 'get_time' }]);
    }
  });

  it.each(['string', 'object', 'null', 'absent', 'empty'] as const)(
    'A9: a call without arguments has an empty input (%s)',
    async (form) => {
      bench.simulator.control.setDefault({ 'tool-arguments': form });
      for (const message of await both({ model, tools: [time], messages: [say('get_time')] }))
        expect(callsOf(message)).toMatchObject([{ name: 'get_time', input: {} }]);
    },
  );

  it.each(['missing', 'duplicate'] as const)(
    'D1: two calls whose ids are %s upstream have ids of their own',
    async (id) => {
      bench.simulator.control.setDefault({ 'tool-calls': 'always', 'tool-call-count': 2, 'tool-id': id });
      for (const message of await both({ model, tools: [weather], messages: [say('Hello')] })) {
        const ids = callsOf(message).map((call) => call.id);
        expect(ids).toEqual([expect.stringMatching(/^[\w-]{1,64}$/), expect.stringMatching(/^[\w-]{1,64}$/)]);
        expect(new Set(ids).size).toBe(2);
      }
    },
  );

  it.each(['whole', 'fragments'] as const)('A10: arguments that come %s', async (form) => {
    bench.simulator.control.setDefault({ 'tool-stream': form, 'tool-arguments-text': '{"city":"Zürich 東京"}' });
    for (const message of await both({ model, tools: [weather], messages: [say('get_weather')] }))
      expect(callsOf(message)).toMatchObject([{ input: { city: 'Zürich 東京' } }]);
  });

  it.each([
    ['a string', { content: 'It rains.' }, 'It rains.'],
    ['blocks', { content: [{ type: 'text', text: 'It rains.' }] }, 'It rains.'],
    ['a picture', { content: [{ type: 'text', text: 'See: ' }, picture] }, png],
    ['nothing', {}, 'toolu_a'],
    ['nothing in an array', { content: [] }, 'toolu_a'],
    ['a failure', { content: 'No such city.', is_error: true }, 'No such city.'],
  ])('A11: a result that is %s', async (_name, result, expected) => {
    const messages = [
      say('Weather?'),
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_a', name: 'get_weather', input: { city: 'Paris' } }],
      },
      say([
        { type: 'tool_result', tool_use_id: 'toolu_a', ...result },
        { type: 'text', text: 'and behind' },
      ]),
    ];
    const { status } = await create({ model, tools: [weather], messages });
    expect(status).toBe(200);
    expect(sentText()).toContain('and behind');
    if (expected !== 'toolu_a') expect(sentText()).toContain(expected);
    if (isNative && 'is_error' in result) expect(sentText()).toContain('"is_error":true');
  });

  it('A12: results of parallel calls in another order, with pictures', async () => {
    const ids = ['toolu_a', 'toolu_b', 'toolu_c'];
    const calls = ids.map((id) => ({ type: 'tool_use', id, name: 'get_weather', input: { city: id } }));
    const results = ids.toReversed().map((id) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [{ type: 'text', text: `result of ${id}` }, picture],
    }));
    const messages = [say('Weather?'), { role: 'assistant', content: calls }, say(results)];
    for (const message of await both({ model, tools: [weather], messages })) {
      expect(message.stop_reason).toBe('end_turn');
      for (const id of ids) expect(sentText()).toContain(`result of ${id}`);
    }
    const chat = readArray(readRecord(sent().request_payload).messages).map((message) => readRecord(message).role);
    if (route === 'unified') expect(chat.join(' ')).toMatch(/assistant tool tool tool user$/);
  });

  it('A13: a system message among the messages, and a role that is none', async () => {
    const messages = [say('one'), { role: 'system', content: 'SYSTEM LATE' }, say('two')];
    const { status } = await create({ model, system: 'SYSTEM FIRST', messages });
    expect(status).toBe(200);
    expect(sentText()).toMatch(/SYSTEM FIRST.*SYSTEM LATE|SYSTEM LATE.*SYSTEM FIRST/);
    if (isNative) expect(sentText()).toMatch(/"system":.*SYSTEM FIRST.*SYSTEM LATE/);
    const refused = await create({ model, messages: [{ role: 'tool', content: 'x' }] });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('messages.0.role') } },
    });
  });

  // Gemini does not tell why it stopped.
  if (isNative || model.startsWith('openai:')) {
    it('A14: a stop sequence is named', async () => {
      bench.simulator.control.setDefault({ text: 'one two END three' });
      for (const message of await both({ model, stop_sequences: ['END'], messages: [say('Count.')] })) {
        expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
        expect(textOf(message)).not.toContain('three');
      }
    });
  }

  it.each([
    ['messages', { messages: undefined }],
    ['max_tokens', { max_tokens: undefined }],
    ['messages', { messages: [] }],
    ['messages.0.content.0', { messages: [say([{ type: 'hologram' }])] }],
    ['tools.0.name', { tools: [{ input_schema: { type: 'object' } }] }],
    ['model', { model: 7 }],
  ])('A15: a mistake in %s is told (%j)', async (place, members) => {
    const { status, body } = await create({ model, messages: [say('x')], ...members });
    expect([status, body]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    expect(readRecord(body.error).message).toContain(place);
    expect(countRequests()).toBe(0);
  });

  it('A16: tokens are counted without asking the model', async () => {
    const count = async (body: object) => {
      const response = await send('/v1/messages/count_tokens', { model, ...body });
      const value: unknown = await response.json();
      requireAnthropicSchema('CountTokensResponse', value);
      return Number(readRecord(value).input_tokens);
    };
    const short = await count({ messages: [say('Hello')] });
    expect(short).toBeGreaterThan(0);
    expect(await count({ messages: [say('Hello '.repeat(200))] })).toBeGreaterThan(short + 100);
    expect(await count({ messages: [say('Hello')], tools: [weather] })).toBeGreaterThan(short);
    expect(await count({ messages: [say([{ type: 'text', text: 'Hello' }, picture])] })).toBeGreaterThan(short);
    expect(countRequests()).toBe(0);
  });

  it('A17: the parts of the input are what the upstream counted, and nothing counts twice', async () => {
    bench.simulator.control.setDefault({ 'input-tokens': 2000, 'cached-tokens': 1200, 'output-tokens': 30 });
    for (const message of await both({ model, messages: [say('Hello')] })) {
      const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = readRecord(
        message.usage,
      );
      expect(Number(input_tokens) + Number(cache_read_input_tokens) + Number(cache_creation_input_tokens)).toBe(2000);
      expect([cache_read_input_tokens, output_tokens]).toEqual([1200, 30]);
    }
    const events = await stream({ model, messages: [say('Hello')] });
    const started = readRecord(readRecord(readRecord(events[0]).message).usage);
    const ended = readRecord(events.find(({ type }) => type === 'message_delta')?.usage);
    for (const [name, count] of Object.entries(ended))
      if (typeof count === 'number' && typeof started[name] === 'number' && name === 'output_tokens')
        expect(count).toBeGreaterThanOrEqual(started[name]);
  });

  if (isNative) {
    it('A18: a second request reads its prefix from the cache', async () => {
      const system = [{ type: 'text', text: 'Be kind. '.repeat(2000), cache_control: { type: 'ephemeral' } }];
      const [first, second] = await both({ model, system, messages: [say('Hello')] });
      expect(readRecord(readRecord(first).usage).cache_creation_input_tokens).toBeGreaterThan(0);
      expect(readRecord(readRecord(second).usage).cache_read_input_tokens).toBeGreaterThan(0);
    });
  }

  it('A20: pictures and documents are taken, or refused by name', async () => {
    const documents = [
      picture,
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'DOCUMENT TEXT' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'DOCUMENT TEXT' }] } },
    ];
    for (const document of documents) {
      const { status, body } = await create({ model, messages: [say([document, { type: 'text', text: 'What?' }])] });
      if (status !== 200) expect(readRecord(body.error)).toMatchObject({ type: 'invalid_request_error' });
      if (route !== 'unified') expect(status).toBe(200);
      if (JSON.stringify(document).includes('DOCUMENT TEXT')) {
        expect(status).toBe(200);
        expect(sentText()).toContain('DOCUMENT TEXT');
      }
    }
    const elsewhere = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    const { status, body } = await create({ model, messages: [say([elsewhere])] });
    if (isNative) {
      expect(status).toBe(400);
      expect(readRecord(body.error).message).toContain('messages.0.content.0');
    }
  });

  it('A21: thinking that comes back is the same upstream, or none at all', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'SECRET THOUGHT' });
    const tools = [weather];
    const question = say('get_weather of Paris');
    const { body: answer } = await create({ model, thinking, tools, messages: [question] });
    const [thought, ...others] = blocksOf(answer);
    const [call] = callsOf(answer);
    const result = say([{ type: 'tool_result', tool_use_id: call?.id, content: 'sunny' }]);
    const ask = (content: readonly object[]) =>
      create({ model, thinking, tools, messages: [question, { role: 'assistant', content }, result] });
    expect((await ask(blocksOf(answer))).status).toBe(200);
    if (isNative) expect(sentText()).toContain(JSON.stringify(thought?.signature));
    const unsigned = { type: 'thinking', thinking: 'SECRET THOUGHT', signature: '' };
    const foreign = { type: 'thinking', thinking: 'SECRET THOUGHT', signature: 'EpwBCkYIBxgCKkAforeign' };
    const redacted = { type: 'redacted_thinking', data: 'AAAA' };
    const edited = { ...thought, thinking: 'ANOTHER THOUGHT' };
    for (const strange of [unsigned, foreign, redacted, edited]) {
      const { status, body } = await ask([strange, ...others]);
      expect([status, textOf(body)]).toEqual([200, expect.stringContaining('sunny')]);
      expect(sentText().replaceAll(/"summary_text","text":"[^"]*"/g, '')).not.toMatch(/"text":"[^"]*THOUGHT/);
    }
  });

  it('A22: thinking in a turn that called without thinking', async () => {
    const messages = [
      say('Weather?'),
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_a', name: 'get_weather', input: { city: 'Paris' } }],
      },
      say([{ type: 'tool_result', tool_use_id: 'toolu_a', content: 'sunny' }]),
    ];
    for (const message of await both({ model, thinking, tools: [weather], messages }))
      expect(textOf(message)).toContain('sunny');
  });

  it('A23: clear_thinking while there is no thinking', async () => {
    const context_management = { edits: [{ type: 'clear_thinking_20251015' }] };
    expect((await create({ model, context_management, messages: [say('x')] })).status).toBe(200);
  });

  it('a compaction is a summary in the place of the conversation', async () => {
    bench.simulator.control.setDefault({ text: 'They greeted.' });
    const history = [say('Hi'), { role: 'assistant', content: 'Hello' }, say('And now?')];
    const asked = {
      model,
      tools: [weather],
      messages: history,
      compaction: { type: 'summarize', instructions: 'SUM UP' },
    };
    const compacted = await both(asked);
    expect(sentText()).toContain('SUM UP');
    for (const message of compacted) {
      expect(message.content).toEqual([{ type: 'compaction', content: 'They greeted.', encrypted_content: null }]);
      expect(message.stop_reason).toBe('compaction');
      const after = [{ role: 'assistant', content: message.content }, say('Go on')];
      expect((await create({ model, messages: after })).status).toBe(200);
      expect(sentText()).toContain('They greeted.');
    }
  });

  it('A24: a thread is refused in the words that clients know', async () => {
    const response = await send('/v1/messages', {
      model,
      max_tokens: 9,
      thread: { type: 'new' },
      messages: [say('x')],
    });
    expect(response.status).toBe(400);
    const body: unknown = await response.json();
    requireAnthropicSchema('ThreadUnsupportedError', body);
    expect(body).toMatchObject({ error: { details: { error_code: 'thread_unsupported_request' } } });
    expect(countRequests()).toBe(0);
  });

  it('A26: any version and beta', async () => {
    for (const headers of [
      { 'anthropic-version': '' },
      { 'anthropic-version': '2023-06-01' },
      { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'unknown-2031-01-01,claude-code-20250219' },
    ])
      expect((await create({ model, messages: [say('x')] }, headers)).status).toBe(200);
  });

  it('A27: tools of the server and MCP servers', async () => {
    const asking = {
      model,
      tools: [{ type: 'web_search_20250305', name: 'web_search' }, weather],
      mcp_servers: [{ type: 'url', url: 'https://example.com/mcp', name: 'x' }],
      messages: [say('Hello')],
    };
    const { status, body } = await create(asking);
    expect([status, textOf(body)]).toEqual([200, 'You said: Hello']);
    if (!isNative) expect(sentText()).not.toContain('web_search');
  });

  it('nulls, and members and betas that nobody knows, change nothing', async () => {
    const nothing = {
      system: null,
      stop_sequences: null,
      temperature: null,
      top_p: null,
      tools: null,
      tool_choice: null,
    };
    const { status, body } = await create({
      model,
      messages: [say('Hello')],
      metadata: null,
      thinking: null,
      ...nothing,
    });
    expect([status, textOf(body)]).toEqual([200, 'You said: Hello']);
  });

  it('A19: a failure inside a stream is its last event, in the words of the upstream', async () => {
    for (const family of ['anthropic', 'message', 'openai', 'spring'] as const) {
      await forgetFailures();
      bench.simulator.control.setDefault({
        'stream-error': family,
        'stream-error-at': 8,
        'error-message': 'The vendor stumbled.',
        chunks: 12,
      });
      const events = await stream({ model, messages: [say('Hello')] });
      expect([family, events.at(-1)]).toMatchObject([
        family,
        { type: 'error', error: { message: expect.stringContaining('The vendor stumbled.') } },
      ]);
      expect(events.map(({ type }) => type)).not.toContain('message_stop');
    }
  });

  it('A19: a failure before the stream has its status and form', async () => {
    bench.simulator.control.setDefault({ status: 400, 'error-message': 'Numbers must be odd.' });
    for (const streamed of [false, true]) {
      const { status, body } = await create({ model, stream: streamed, messages: [say('x')] });
      expect(status).toBe(400);
      expect(body).toMatchObject({ type: 'error', request_id: expect.any(String) });
      expect(readRecord(body.error).message).toContain('Numbers must be odd.');
    }
  });
  it.each([
    ['unicode', '{"city":"Zürich 東京 😀"}'],
    ['big numbers', '{"city":"x","id":1234567890123456789,"ratio":1.0}'],
    ['100 kB', JSON.stringify({ city: 'Zürich '.repeat(15_000) })],
  ])('D1: arguments of %s', async (_name, written) => {
    bench.simulator.control.setDefault({ 'tool-arguments-text': written });
    const asking = { model, tools: [weather], messages: [say('get_weather')] };
    const whole = await (await send('/v1/messages', { max_tokens: 4000, ...asking })).text();
    expect(whole).toContain(`"input":${written}`);
    const events = await stream(asking);
    const json = events.map(({ delta }) => readRecord(delta).partial_json ?? '').join('');
    expect(json).toBe(written);
  });

  it('D1: two calls', async () => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2 });
    for (const message of await both({ model, tools: [weather, time], messages: [say('get_weather, get_time')] })) {
      expect(callsOf(message)).toHaveLength(2);
      expect(new Set(callsOf(message).map(({ id }) => id)).size).toBe(2);
    }
  });

  it.each([
    ['the limit', { max_tokens: 16 }, { text: 'word '.repeat(60) }, 'max_tokens'],
    ['a full context', {}, { finish: 'model_context_window_exceeded' }, 'model_context_window_exceeded'],
    ['a refusal', {}, { refusal: 'I had rather not.' }, 'refusal'],
  ])('D3: an answer that ends by %s', async (_name, members, knobs, expected) => {
    if (expected === 'model_context_window_exceeded' && !isNative) return;
    bench.simulator.control.setDefault(knobs);
    for (const message of await both({ model, messages: [say('one two three four five six seven')], ...members })) {
      // A refusal as text is an answer.
      if (expected === 'refusal' && textOf(message) !== '') {
        expect(['refusal', 'end_turn']).toContain(message.stop_reason);
      } else expect(message.stop_reason).toBe(expected);
    }
  });

  it.each([0, 1, 4] as const)('D4: a stream that is cut after %i frames is no answer', async (count) => {
    bench.simulator.control.setDefault({ cut: 'fin', 'cut-at': count, chunks: 10 });
    const response = await send('/v1/messages', { max_tokens: 99, stream: true, model, messages: [say('Hello')] });
    const text = await response.text();
    if (response.status === 200) {
      expect(text).toMatch(/event: error\ndata: .*\n\n$/);
      expect(text).not.toContain('message_stop');
    } else requireAnthropicSchema('HttpError', { status: response.status, body: JSON.parse(text) });
  });

  it('D4: a client that leaves takes the upstream request with it', async () => {
    bench.simulator.control.setDefault({ chunks: 50, pace: 100 });
    const leaving = new AbortController();
    const response = await fetch(`${bench.origin}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ max_tokens: 99, stream: true, model, messages: [say('one two')] }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    await vi.waitFor(() => {
      expect(bench.simulator.control.lastRequest().outcome).toBe('aborted-by-client');
    }, 10_000);
  });

  it.each(['output_config', 'output_format'])('D6: an answer by a schema (%s)', async (member) => {
    const format = {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { colour: { type: 'string' } },
        required: ['colour'],
        additionalProperties: false,
      },
    };
    const asking = {
      model,
      messages: [say('Which colour?')],
      [member]: member === 'output_config' ? { format } : format,
    };
    for (const message of await both(asking)) {
      expect(JSON.parse(textOf(message))).toEqual({ colour: expect.any(String) });
      expect(message.stop_reason).toBe('end_turn');
    }
  });

  it.each([true, false, undefined])('D6: a tool whose schema is strict: %s', async (strict) => {
    const tools = [{ ...weather, input_schema: { ...weather.input_schema, additionalProperties: false }, strict }];
    for (const message of await both({ model, tools, messages: [say('get_weather')] }))
      expect(callsOf(message)).toMatchObject([{ input: { city: expect.any(String) } }]);
  });

  it.each([1, 7])('D8: streamed and not, in pieces of %i bytes, the message is the same', async (size) => {
    bench.simulator.control.setDefault({
      ...{ 'write-size': size, text: 'Grüße 😀\nand more', reasoning: 'thinking', 'reasoning-text': 'Hm, über…' },
      ...{ 'tool-calls': 'always', 'input-tokens': 50, 'output-tokens': 40 },
    });
    const [whole, streamed] = await both({ model, thinking, tools: [weather], messages: [say('x')] });
    const same = (message: JsonRecord | undefined) => ({
      ...message,
      id: 0,
      content: blocksOf(message ?? {}).map((block) => ({ ...block, id: 0, signature: 0, data: 0 })),
    });
    expect(same(streamed)).toEqual(same(whole));
  });
});

describe('D2: a conversation that changes its model', () => {
  prepareBench(claude, 'vertex-anthropic');

  it('keeps its thoughts to itself, and each family its own proofs', async () => {
    const families = [
      [claude, 'vertex-anthropic'],
      ['google:gemini-2.5-flash', 'vertex-gemini'],
      ['openai:gpt-5.1', 'openai-responses'],
      [claude, 'vertex-anthropic'],
      ['google:gemini-2.5-flash', 'vertex-gemini'],
    ] as const;
    const messages: object[] = [];
    const proofs = new Map<string, string[]>();
    await Promise.all(families.slice(0, 3).map(([model, route]) => bench.useOnlyRoute(model, route)));
    for (const [turn, [model, route]] of families.entries()) {
      bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': `THOUGHT ${turn}` });
      messages.push(say(`get_weather, turn ${turn}`));
      const asking = { model, thinking, tools: [weather], messages };
      const asked = await create(asking);
      expect([turn, asked.status, asked.body]).toEqual([turn, 200, expect.anything()]);
      // The family received its own signatures of earlier turns, and no others.
      for (const [family, own] of proofs) {
        for (const proof of own) expect([family, sentText().includes(proof)]).toEqual([family, family === model]);
      }
      const hidden = sentText().replaceAll(/"(?:summary_text","text|thinking)":"[^"]*"/g, '');
      expect(hidden.replaceAll(/\{"text":"[^"]*","thought":true/g, '')).not.toContain('THOUGHT');
      messages.push({ role: 'assistant', content: asked.body.content });
      const [call] = callsOf(asked.body);
      messages.push(say([{ type: 'tool_result', tool_use_id: call?.id, content: `sunny ${turn}` }]));
      const answered = await create({ ...asking, messages });
      expect([turn, answered.status, textOf(answered.body)]).toEqual([turn, 200, expect.stringContaining('sunny')]);
      const [signed] = sentProofs(route);
      if (signed !== undefined) proofs.set(model, [...(proofs.get(model) ?? []), signed]);
      messages.push({ role: 'assistant', content: answered.body.content });
    }
    expect(proofs.size).toBe(3);
  });

  /** The proofs of reasoning in the last upstream request, latest first. */
  function sentProofs(route: string): readonly string[] {
    const member =
      { 'vertex-anthropic': 'signature', 'vertex-gemini': 'thoughtSignature' }[route] ?? 'encrypted_content';
    const found = [...sentText().matchAll(new RegExp(`"${member}":"([^"]+)"`, 'g'))];
    return found.flatMap(([, proof]) => proof ?? []).toReversed();
  }
});

describe('whatever the model', () => {
  prepareBench(claude, 'vertex-anthropic');

  it('A25: models are listed page by page and shown', async () => {
    const page = async (query: string) => {
      const response = await send(`/v1/models?${query}`, undefined);
      const value: unknown = await response.json();
      requireAnthropicSchema('ModelList', value);
      return readRecord(value);
    };
    const idsOf = (list: JsonRecord) => readArray(list.data).map((model) => readRecord(model).id);
    const all = idsOf(await page('limit=1000'));
    const first = await page('limit=4');
    expect(first).toMatchObject({ has_more: true, first_id: all[0], last_id: all[3] });
    const second = await page(`limit=4&after_id=${encodeURIComponent(String(first.last_id))}`);
    expect(idsOf(second)).toEqual(all.slice(4, 8));
    const back = await page(`limit=4&before_id=${encodeURIComponent(String(second.first_id))}`);
    expect(idsOf(back)).toEqual(all.slice(0, 4));
    const shown: unknown = await (await send(`/v1/models/${encodeURIComponent(claude)}`, undefined)).json();
    requireAnthropicSchema('ModelInfo', shown);
    expect(shown).toMatchObject({ id: claude, type: 'model' });
  });

  it('Claude Code is shown every model, by a name that finds it', async () => {
    const response = await send('/v1/models?limit=1000', undefined, {
      'user-agent': 'claude-cli/2.1.330 (external, cli)',
    });
    const list = readRecord(await response.json());
    requireAnthropicSchema('ModelList', list);
    const ids = readArray(list.data).map((model) => String(readRecord(model).id));
    expect(ids.filter((id) => !/^(?:claude|anthropic)/.test(id))).toEqual([]);
    const gemini = 'anthropic/google:gemini-2.5-flash';
    expect(ids).toEqual(expect.arrayContaining([claude, gemini]));
    const { status, headers } = await create({ model: gemini, messages: [say('x')] });
    expect([status, headers.get('x-upstream-model')]).toEqual([200, 'gemini-2.5-flash']);
  });

  it.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5@20250929'],
    ['claude-opus-4-1-20250805', 'claude-opus-4-6'],
    ['claude-opus-5-5', 'claude-opus-4-6'],
    ['claude-opus-5-5[1m]', 'claude-opus-4-6'],
    ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet@20250219'],
    ['gpt-5.2', 'gpt-5.2-latest'],
    ['gemini-2.5-pro', 'gemini-2.5-pro'],
  ])('%s means %s in every API, which is told and on record', async (name, upstreamModel) => {
    const own = await bench.generateKey(name);
    const asking = [
      ['/v1/messages', { model: name, max_tokens: 99, messages: [say('x')] }],
      ['/v1/messages/count_tokens', { model: name, messages: [say('x')] }],
      ['/v1/chat/completions', { model: name, messages: [say('x')] }],
      ['/v1/responses', { model: name, input: 'x' }],
      [`/v1beta/models/${encodeURIComponent(name)}:generateContent`, { contents: [{ parts: [{ text: 'x' }] }] }],
    ] as const;
    for (const [path, body] of asking) {
      const response = await fetch(bench.origin + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${own.key}`, 'x-goog-api-key': own.key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect([path, response.status]).toEqual([path, 200]);
      if (!path.endsWith('count_tokens')) expect(response.headers.get('x-upstream-model')).toBe(upstreamModel);
    }
    await vi.waitFor(async () => {
      const { body } = await bench.admin('GET', `/requests?keys=${own.id}`);
      const requests = readArray(readRecord(body).requests).map(readRecord);
      expect(requests.map((request) => request.upstreamModel)).toEqual(Array(4).fill(upstreamModel));
    }, 10_000);
  });

  it('A28: pings come between events while the upstream is silent', async () => {
    bench.simulator.control.setDefault({ silence: 400, 'silence-at': 5 });
    const slow = await startTestBench({ HEARTBEAT_MS: '50', ATLASSIAN_ORIGIN: bench.simulator.origin });
    try {
      await slow.addCredential('one@example.com');
      const own = (await slow.generateKey()).key;
      const response = await fetch(`${slow.origin}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': own, 'content-type': 'application/json' },
        body: JSON.stringify({ model: claude, max_tokens: 99, stream: true, messages: [say('one two three')] }),
      });
      const events = readAnthropicStream(await response.text());
      expect(events.filter(({ type }) => type === 'ping').length).toBeGreaterThan(2);
      expect(textOf(assemble(events))).toBe('You said: one two three');
    } finally {
      await slow.close();
    }
  });

  it('A29: nobody is told to come back in hours', async () => {
    bench.simulator.control.setDefault({ status: 429, 'error-body': 'daily-limit', 'retry-after': 7200 });
    const asking = { model: claude, messages: [say('x')] };
    for (const streamed of [false, true]) {
      const { status, headers, body } = await create({ ...asking, stream: streamed });
      expect([status, headers.get('x-should-retry')]).toEqual([429, 'false']);
      expect(body).toMatchObject({ error: { type: 'rate_limit_error' } });
    }
  });

  it('the address of the API can be looked at', async () => {
    for (const path of ['/', '/v1/messages']) {
      const response = await fetch(bench.origin + path, { method: 'HEAD', headers: { 'x-api-key': key } });
      expect(response.status).toBeLessThan(500);
    }
    expect((await fetch(bench.origin, { method: 'HEAD' })).status).toBe(200);
  });

  it.each(['/v1/messages/batches', '/v1/files', '/v1/skills'])(
    '%s is not found, in the form of the API',
    async (path) => {
      for (const body of [undefined, {}]) {
        const response = await send(path, body);
        const value: unknown = await response.json();
        requireAnthropicSchema('HttpError', { status: response.status, body: value });
        expect(value).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
        expect(response.status).toBe(404);
      }
    },
  );

  it('every answer has an id, and tells browsers of it', async () => {
    const origin = { origin: 'https://app.example' };
    const answers = [
      await send('/v1/messages', { model: claude, max_tokens: 9, messages: [say('x')] }, origin),
      await send('/v1/messages', { model: claude, max_tokens: 9, stream: true, messages: [say('x')] }, origin),
      await send('/v1/messages', {}, origin),
      await send('/v1/messages/count_tokens', { model: claude, messages: [say('x')] }, origin),
      await send('/v1/models', undefined, origin),
    ];
    for (const { headers } of answers) {
      expect(headers.get('request-id')).toMatch(/^req_/);
      const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase();
      expect(exposed).toContain('request-id');
    }
    const preflight = await fetch(`${bench.origin}/v1/messages`, {
      method: 'OPTIONS',
      headers: {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'x-api-key,anthropic-version,anthropic-beta,anthropic-dangerous-direct-browser-access',
      },
    });
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    for (const name of ['x-api-key', 'anthropic-version', 'anthropic-beta']) expect(allowed).toContain(name);
  });
});
