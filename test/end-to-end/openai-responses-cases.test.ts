import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRecord, type JsonRecord, readArray, readRecord, readString } from '../../server/lib/json.ts';
import { type ResponsesEvent, readResponsesStream, requireResponsesSchema } from '../schemas/responses.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

/*
 * Compliance cases of the Responses API (including the Open Responses suite), one test
 * each, on one model per family.
 */

const places = [
  ['openai:gpt-5.1', 'openai-responses'],
  ['openai:gpt-5.2-latest', 'openai-chat'],
  ['anthropic:claude-sonnet-4-5@20250929', 'vertex-anthropic'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['anthropic:claude-sonnet-4@20250514', 'unified'],
] as const;

const say = (content: unknown) => ({ type: 'message', role: 'user', content });
const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pdf = 'data:application/pdf;base64,JVBERi0xLjQK';
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const reasoning = { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] };

let bench: TestBench;
let key: string;
let credential: string;

interface Answer {
  readonly status: number;
  readonly body: JsonRecord;
}

async function send(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<Response> {
  return fetch(bench.origin + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function read(response: Response, schema: Parameters<typeof requireResponsesSchema>[0]): Promise<Answer> {
  const value: unknown = await response.json();
  if (response.status === 200) requireResponsesSchema(schema, value);
  else requireResponsesSchema('HttpError', { status: response.status, body: value });
  return { status: response.status, body: readRecord(value) };
}

const create = async (body: object) => read(await send('/v1/responses', body), 'ResponseComplete');
const compact = async (body: object) => read(await send('/v1/responses/compact', body), 'CompactedResponse');

async function stream(body: object): Promise<readonly ResponsesEvent[]> {
  const response = await send('/v1/responses', { ...body, stream: true });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String)]);
  return readResponsesStream(text);
}

const finalOf = (events: readonly ResponsesEvent[]) => readRecord(events.at(-1)?.response);

/** The answers to the same request, whole and streaming. */
async function both(body: object): Promise<readonly JsonRecord[]> {
  const whole = await create(body);
  expect([whole.status, whole.body]).toEqual([200, expect.anything()]);
  return [whole.body, finalOf(await stream(body))];
}

const itemsOf = ({ output }: JsonRecord, type?: string) =>
  readArray(output)
    .map(readRecord)
    .filter((item) => type === undefined || item.type === type);
const textOf = (response: JsonRecord) =>
  itemsOf(response, 'message')
    .flatMap((item) => readArray(item.content))
    .map((part) => readString(readRecord(part).text) ?? '')
    .join('');
const errorOf = ({ body }: Answer) => readRecord(body.error);
const sentText = () => JSON.stringify(bench.simulator.control.lastRequest().body);
const isReasoning = (item: JsonRecord) => item.type === 'reasoning';

describe.each(places)('on %s (%s)', (model, route) => {
  const isNative = route === 'openai-responses';
  const isProven = route !== 'openai-chat' && route !== 'unified';

  beforeAll(async () => {
    bench = await startTestBench();
    credential = await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(model, route);
    key = (await bench.generateKey()).key;
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${credential}/reset`);
  });

  it('R1, R2: a basic answer, to a message, to one without its type, and to a text', async () => {
    const question = 'Say hello in exactly 3 words.';
    for (const input of [[say(question)], [{ role: 'user', content: question }], question]) {
      for (const response of await both({ model, input })) {
        expect(response).toMatchObject({ object: 'response', status: 'completed', model, error: null });
        expect(textOf(response)).toContain(question);
        expect(itemsOf(response).every((item) => item.status === undefined || item.status === 'completed')).toBe(true);
      }
    }
  });

  it('R3, R4, R5: a stream, event by event; its texts and its ids agree all along', async () => {
    const events = await stream({ model, input: [say('Count from 1 to 5.')] });
    const final = finalOf(events);
    const deltas = events.filter((event) => event.type === 'response.output_text.delta');
    expect(deltas.length).toBeGreaterThan(1);
    const said = deltas.map((event) => event.delta).join('');
    expect(said).toBe(textOf(final));
    expect(events.find((event) => event.type === 'response.output_text.done')?.text).toBe(said);
    const ids = new Set(events.flatMap((event) => (isRecord(event.response) ? event.response.id : [])));
    expect([...ids]).toEqual([expect.stringMatching(/^resp_/)]);
    expect(new Set(deltas.map((event) => event.item_id))).toEqual(new Set([itemsOf(final, 'message')[0]?.id]));
  });

  it('R6: system and developer messages, and instructions', async () => {
    const input = [
      { role: 'system', content: 'Speak like a pirate.' },
      { role: 'developer', content: 'Use rhymes.' },
      say('Hello'),
    ];
    for (const response of await both({ model, input, instructions: 'Be brief.' })) {
      expect(response.instructions).toBe('Be brief.');
    }
    for (const text of ['Speak like a pirate.', 'Use rhymes.', 'Be brief.']) expect(sentText()).toContain(text);
  });

  it('R7, R8: an assistant’s history as texts, parts and refusals, with its phases', async () => {
    const input = [
      say('One'),
      { type: 'message', role: 'assistant', phase: 'commentary', content: 'I look.' },
      {
        role: 'assistant',
        phase: 'final_answer',
        content: [{ type: 'output_text', text: 'I found.', annotations: [] }],
      },
      say('Two'),
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot.' }] },
      say('Three'),
    ];
    for (const response of await both({ model, input })) {
      for (const { phase } of itemsOf(response)) expect([undefined, 'commentary', 'final_answer']).toContain(phase);
    }
    for (const text of ['I look.', 'I found.', 'I cannot.']) expect(sentText()).toContain(text);
    if (isNative) expect(sentText()).toContain('"phase":"commentary"');
  });

  it('R9, R10: a call of a function, whole and streamed', async () => {
    const body = { model, input: [say('get_weather of Paris')], tools: [weather] };
    for (const response of await both(body)) {
      const [call] = itemsOf(response, 'function_call');
      expect(call).toMatchObject({ name: 'get_weather', call_id: expect.any(String), status: 'completed' });
      expect(JSON.parse(String(call?.arguments))).toHaveProperty('city');
      expect(response.status).toBe('completed');
    }
    const events = await stream(body);
    const added = events.find(({ type, item }) => type.endsWith('.added') && readRecord(item).type === 'function_call');
    expect(readRecord(added?.item).arguments).toBe('');
    const done = events.find(({ type }) => type === 'response.function_call_arguments.done');
    const [call] = itemsOf(finalOf(events), 'function_call');
    expect(done).toMatchObject({ name: 'get_weather', arguments: call?.arguments });
    const deltas = events.filter(({ type }) => type === 'response.function_call_arguments.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(call?.arguments);
  });

  it.each([
    'It rains.',
    [
      { type: 'input_text', text: 'It rains.' },
      { type: 'input_image', image_url: png },
    ],
  ])('R11: a forced call and its result, %j', async (output) => {
    const body = { model, tools: [weather], tool_choice: { type: 'function', name: 'get_weather' } };
    const { body: first } = await create({ ...body, input: [say('Paris?')] });
    const [call] = itemsOf(first, 'function_call');
    expect(call?.name).toBe('get_weather');
    const result = { type: 'function_call_output', call_id: call?.call_id, output };
    const input = [say('Paris?'), ...itemsOf(first), result];
    for (const second of await both({ ...body, tool_choice: 'auto', input })) {
      expect(second.status).toBe('completed');
      expect(sentText()).toContain('It rains.');
    }
  });

  it.each([
    ...['agent_message', 'compaction_summary', 'configuration_update', 'context_compaction', 'function_shell_call'],
    ...['ghost_snapshot', 'multi_agent_call', 'multi_agent_call_output', 'program', 'program_output', 'acme:item'],
  ])('every item that the API has is taken: %s', async (type) => {
    const item = { type, id: 'item_1', content: [{ type: 'encrypted_content', encrypted_content: 'Read it.' }] };
    const { status } = await create({ model, input: [say('Hi'), item, say('Go on')] });
    expect([status, sentText().includes('Read it.')]).toEqual([200, type === 'agent_message']);
  });

  it('tools within the input, instructions as items, references without a type', async () => {
    const patch = { type: 'custom', name: 'patch' };
    const tools = {
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'namespace', name: 'n', tools: [patch] }],
    };
    const instructions = [{ role: 'developer', content: 'Be brief.' }];
    const { body: first } = await create({ model, input: 'My name is Ada.' });
    const input = [{ id: itemsOf(first, 'message')[0]?.id }, tools, say('Go on')];
    bench.simulator.control.setDefault({ 'tool-calls': 'always' });
    const { status, body } = await create({ model, input, instructions });
    expect([status, body.instructions]).toEqual([200, instructions]);
    for (const text of ['You said: My name is Ada.', 'Be brief.']) expect(sentText()).toContain(text);
    expect(itemsOf(body, 'custom_tool_call')).toMatchObject([{ name: 'patch', namespace: 'n' }]);
  });

  it('a search for tools that the client runs, and the tools that it found', async () => {
    const search = { type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters: {} };
    const found = [{ type: 'namespace', name: 'mcp', description: 'M', tools: [{ ...weather, defer_loading: true }] }];
    const asked = say('Use the tool_search');
    // The simulator does not play this tool of OpenAI's own route, and refuses its items.
    if (!isNative) {
      for (const body of await both({ model, tools: [search], input: [asked] })) {
        expect(itemsOf(body).at(-1)).toMatchObject({
          ...{ type: 'tool_search_call', execution: 'client', arguments: {}, status: 'completed' },
          call_id: expect.any(String),
        });
      }
    }
    const call = { type: 'tool_search_call', call_id: 'c1', execution: 'client', arguments: { query: 'weather' } };
    const result = { type: 'tool_search_output', call_id: 'c1', execution: 'client', tools: [...found, ...found] };
    const { status } = await create({ model, tools: [search], input: [asked, call, result] });
    expect([status, sentText().includes('mcp__get_weather')]).toEqual([200, true]);
    bench.simulator.control.setDefault({ 'tool-calls': 'always', 'tool-name': 'mcp__get_weather' });
    for (const body of await both({ model, tools: [search], input: [asked, call, result, say('Go on')] })) {
      expect(itemsOf(body).at(-1)).toMatchObject({ type: 'function_call', name: 'get_weather', namespace: 'mcp' });
    }
  });

  it('an image in the JSON of a result is an image', async () => {
    const call = { type: 'custom_tool_call', call_id: 'c1', name: 'view', input: 'a.png' };
    const output = JSON.stringify([{ type: 'input_image', image_url: png }]);
    const result = { type: 'custom_tool_call_output', call_id: 'c1', output };
    await create({ model, input: [say('Look'), call, result], tools: [{ type: 'custom', name: 'view' }] });
    expect(sentText().includes('\\"input_image')).toBe(isNative);
  });

  it('reasoning whose answer broke off is no error', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    const body = { model, ...reasoning, store: false };
    const { body: first } = await create({ ...body, input: 'Hello' });
    const rest = itemsOf(first).filter(isReasoning).slice(0, 1);
    const { status } = await create({ ...body, input: [say('Hello'), ...rest, say('Go on')] });
    expect(status).toBe(200);
  });

  it('a part that the route cannot carry is named as the client wrote it', async () => {
    const file = { type: 'input_file', filename: 'a.docx', file_data: 'data:application/msword;base64,aGVsbG8=' };
    const audio = { type: 'input_audio', input_audio: { data: 'aGVsbG8=', format: 'mp3' } };
    for (const part of [file, audio]) {
      const input = [{ role: 'developer', content: 'D' }, say('a'), say([{ type: 'input_text', text: 'b' }, part])];
      const answer = await create({ model, input, instructions: 'I' });
      const { param } = errorOf(answer);
      if (answer.status !== 200 && !isNative) expect([answer.status, param]).toEqual([400, 'input[2].content[1]']);
    }
  });

  it('ids of other servers are not sent', async () => {
    const result = { type: 'function_call_output', call_id: 'c1', output: 'It rains.' };
    // The second one is too long for OpenAI.
    for (const id of ['item_1', `fc_${'1'.repeat(100)}`]) {
      const call = { type: 'function_call', id, call_id: 'c1', name: 'get_weather', arguments: '{}' };
      const { status } = await create({ model, input: [say('Paris?'), call, result], tools: [weather] });
      expect([status, sentText().includes(id)]).toEqual([200, false]);
    }
  });

  it('values of settings that a response cannot repeat are no error', async () => {
    for (const [sent, told] of [
      [{ effort: '' }, { effort: null, summary: null }],
      [
        { effort: 'low', generate_summary: 'auto' },
        { effort: 'low', summary: 'auto' },
      ],
    ]) {
      const { status, body } = await create({ model, input: 'a', reasoning: sent, presence_penalty: 0 });
      expect(status).toBe(200);
      if (!isNative) expect(body).toMatchObject({ reasoning: told, presence_penalty: 0 });
    }
  });

  it('a result that is missing is an empty one', async () => {
    const call = { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{}' };
    const input = [say('Paris?'), call, { type: 'function_call_output', call_id: 'c1' }];
    expect((await create({ model, input, tools: [weather] })).status).toBe(200);
  });

  it('R12, R30: results in another order, and between other messages, are put behind their calls', async () => {
    const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'get_weather', arguments: '{}' });
    const result = (call_id: string) => ({ type: 'function_call_output', call_id, output: `result ${call_id}` });
    const input = [say('Both?'), call('c1'), call('c2'), result('c2'), say('Hurry!'), result('c1')];
    const { status, body } = await create({ model, input, tools: [weather] });
    expect([status, body]).toEqual([200, expect.anything()]);
    const sent = sentText();
    const [first, second, hurry] = ['result c1', 'result c2', 'Hurry!'].map((text) => sent.indexOf(text));
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first ?? 0);
    expect(hurry).toBeGreaterThan(second ?? 0);
  });

  it('R13: an image and a PDF as data', async () => {
    const picture = { type: 'input_image', image_url: png, detail: 'low' };
    const [seen] = await both({ model, input: [say([{ type: 'input_text', text: 'What is it?' }, picture])] });
    expect(textOf(seen ?? {})).toContain('1 image');
    const file = { type: 'input_file', filename: 'a.pdf', file_data: pdf };
    const answer = await create({ model, input: [say([{ type: 'input_text', text: 'Sum up.' }, file])] });
    if (answer.status === 200) expect(sentText()).toContain('JVBERi0xLjQK');
    else expect(errorOf(answer)).toMatchObject({ param: expect.any(String) });
    const unknown = { type: 'input_file', file_id: 'file_1' };
    const refused = await create({ model, input: [say([unknown])] });
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'input[0].content[0].file_data']);
  });

  it('R14: several turns', async () => {
    const input = [say('My name is Ada.'), { role: 'assistant', content: 'Hello Ada.' }, say('Who am I?')];
    for (const response of await both({ model, input })) expect(textOf(response)).toContain('Who am I?');
    expect(sentText()).toContain('Hello Ada.');
  });

  it('R15: what is missing is named, with all four keys', async () => {
    for (const [body, param] of [
      [{ input: 'Hi' }, 'model'],
      [{ model }, 'input'],
      [{}, 'model'],
    ] as const) {
      const answer = await create(body);
      expect(answer.status).toBe(400);
      expect(errorOf(answer)).toEqual({
        message: expect.stringContaining(param),
        type: 'invalid_request_error',
        param,
        code: 'missing_required_parameter',
      });
    }
  });

  it('R16: JSON by a schema, any JSON, and text', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const format = { type: 'json_schema', name: 'place', schema };
    for (const response of await both({ model, input: 'Paris as JSON', text: { format } })) {
      expect(JSON.parse(textOf(response))).toEqual({ city: expect.any(String) });
    }
    for (const type of ['json_object', 'text']) {
      expect((await create({ model, input: 'Paris as JSON', text: { format: { type } } })).status).toBe(200);
    }
    const refused = await create({ model, input: 'Paris', text: { format: { type: 'json_schema', name: 'place' } } });
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'text.format.schema']);
  });

  it('R17: usage with both details, zeros too', async () => {
    for (const { usage } of await both({ model, input: 'Hello' })) {
      expect(usage).toMatchObject({
        input_tokens: expect.any(Number),
        input_tokens_details: { cached_tokens: expect.any(Number) },
        output_tokens: expect.any(Number),
        output_tokens_details: { reasoning_tokens: expect.any(Number) },
      });
      const { input_tokens: input, output_tokens: output, total_tokens: total } = readRecord(usage);
      expect(total).toBe(Number(input) + Number(output));
    }
  });

  it('R18: a bound on the output', async () => {
    const input = `Repeat: ${'many words '.repeat(60)}`;
    for (const response of await both({ model, input, max_output_tokens: 16 })) {
      expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
      expect(itemsOf(response).at(-1)).toMatchObject({ type: 'message', status: 'incomplete' });
    }
  });

  it.each([400, 401, 429, 500])('R19: a failure before the first byte is a plain error (%s)', async (status) => {
    bench.simulator.control.setDefault({ status });
    for (const streams of [false, true]) {
      const response = await send('/v1/responses', { model, input: 'Hi', stream: streams });
      expect(response.headers.get('content-type')).toContain('application/json');
      const answer = await read(response, 'ResponseComplete');
      expect(answer.status).toBeGreaterThanOrEqual(400);
      await bench.admin('POST', `/credentials/${credential}/reset`);
    }
  });

  it('R20: a failure inside is an error event and a failed response, in the upstream’s words', async () => {
    const text = 'one two three four five six seven eight nine ten eleven twelve';
    bench.simulator.control.setDefault({ text, chunks: 12, 'stream-error': 'openai', 'stream-error-at': 9 });
    const events = await stream({ model, input: 'Hi' });
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['error', 'response.failed']);
    const [error, failed] = events.slice(-2);
    expect(error).toMatchObject({
      message: expect.any(String),
      code: expect.any(String),
      error: { message: error?.message },
    });
    const { id } = readRecord(events[0]?.response);
    expect(failed).toMatchObject({ response: { id, status: 'failed', error: { message: error?.message } } });
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
    if (!isNative) expect(textOf(readRecord(failed?.response))).toBe(deltas.join(''));
  });

  it.each(['fin', 'reset'] as const)('R21: a stream that is cut is never completed (%s)', async (cut) => {
    bench.simulator.control.setDefault({ text: 'one two three four', chunks: 4, cut, 'cut-at': 2 });
    const response = await send('/v1/responses', { model, input: 'Hi', stream: true });
    const text = await response.text();
    expect(text).not.toContain('response.completed');
    if (response.status === 200) expect(readResponsesStream(text).at(-1)?.type).toBe('response.failed');
  });

  it('R22: reasoning comes first, with its proof, which goes back to the same model', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    const body = { model, ...reasoning, tools: [weather], store: false };
    for (const streams of [false, true]) {
      const input: unknown[] = [say('get_weather of Paris')];
      const first = streams ? finalOf(await stream({ ...body, input })) : (await create({ ...body, input })).body;
      const items = itemsOf(first);
      if (isProven) {
        expect(items[0]?.type).toBe('reasoning');
        const proofs = items.filter(isReasoning).map((item) => item.encrypted_content);
        expect(proofs).toContainEqual(expect.stringMatching(/./));
        // OpenAI's order: the reasoning is before the call that it led to.
        expect(items.at(-1)?.type).toBe('function_call');
      }
      const [call] = itemsOf(first, 'function_call');
      input.push(...items, { type: 'function_call_output', call_id: call?.call_id, output: 'It rains.' });
      const second = await create({ ...body, input });
      expect([second.status, textOf(second.body)]).toEqual([200, expect.stringContaining('It rains.')]);
    }
  });

  it('ends with the text, for clients that did not ask for proofs', async () => {
    for (const response of await both({ model, input: 'Hello', reasoning: { effort: 'low' } })) {
      expect(itemsOf(response).at(-1)?.type).toBe('message');
    }
  });

  it('reasoning is shown, and its proof given, to those alone who asked', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    for (const response of await both({ model, input: 'Hi', reasoning: { effort: 'low' } })) {
      for (const item of itemsOf(response).filter(isReasoning)) {
        expect(item).toMatchObject({ summary: [] });
        expect(item).not.toHaveProperty('encrypted_content');
      }
    }
  });

  it('R23: a response that nobody knows cannot be gone on from', async () => {
    const answer = await create({ model, input: 'Hi', previous_response_id: 'resp_unknown' });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      message: "Previous response with id 'resp_unknown' not found.",
    });
  });

  it('R24: references to its own reasoning and texts beside a whole call', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    const { include: _, ...summaries } = reasoning;
    const body = { model, ...summaries, tools: [weather] };
    const first = finalOf(await stream({ ...body, input: [say('get_weather of Paris')] }));
    const said = itemsOf(first).map((item) =>
      item.type === 'function_call' ? item : { type: 'item_reference', id: item.id },
    );
    const [call] = itemsOf(first, 'function_call');
    const result = { type: 'function_call_output', call_id: call?.call_id, output: 'It rains.' };
    const second = finalOf(await stream({ ...body, input: [say('get_weather of Paris'), ...said, result] }));
    expect(textOf(second)).toContain('It rains.');
    const [message] = itemsOf(second, 'message');
    const input = [say('Hi'), { type: 'item_reference', id: message?.id }, say('Again?')];
    expect((await create({ model, input })).status).toBe(200);
    expect(sentText()).toContain('The tool answered');
  });

  it('R25: a custom tool with a grammar, its call and its output, whole and streamed', async () => {
    const patch = {
      type: 'custom',
      name: 'apply_patch',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    };
    const body = { model, tools: [patch], tool_choice: { type: 'custom', name: 'apply_patch' } };
    for (const first of await both({ ...body, input: [say('apply_patch of x')] })) {
      const [call] = itemsOf(first, 'custom_tool_call');
      expect(call).toMatchObject({ name: 'apply_patch', input: expect.any(String), call_id: expect.any(String) });
      expect(call?.input).not.toContain('{"input"');
      const output = { type: 'custom_tool_call_output', call_id: call?.call_id, output: 'Done!' };
      const input = [say('apply_patch of x'), ...itemsOf(first), output];
      const second = await create({ ...body, tool_choice: 'auto', input });
      expect([second.status, textOf(second.body)]).toEqual([200, expect.stringContaining('Done!')]);
    }
  });

  it('R26: tools of a namespace, and hosted ones', async () => {
    const { description, ...inner } = weather;
    const namespace = { type: 'namespace', name: 'maps', description, tools: [{ ...inner, description }] };
    const tools = [namespace, { type: 'web_search' }, { type: 'tool_search' }];
    const response = await send('/v1/responses', { model, tools, tool_choice: 'required', input: 'Paris?' });
    expect(response.status).toBe(200);
    const [call] = itemsOf(readRecord(await response.json()), 'function_call');
    if (!isNative) expect(call).toMatchObject({ name: 'get_weather', namespace: 'maps' });
  });

  it('R27, R28: a compaction that can be gone on from, and one without its model', async () => {
    const { body } = await compact({
      model,
      input: [say('We agreed on blue.'), { role: 'assistant', content: 'Yes.' }],
    });
    expect(body).toMatchObject({ object: 'response.compaction' });
    expect(sentText()).toContain('We agreed on blue.');
    const item = readRecord(readArray(body.output).at(-1));
    expect(item).toMatchObject({ type: 'compaction', encrypted_content: expect.any(String) });
    expect(Buffer.from(String(item.encrypted_content), 'base64url').toString('latin1')).not.toContain('blue');
    expect((await create({ model, input: [item, say('And now?')] })).status).toBe(200);
    expect(sentText()).toContain('Summary of the conversation so far');
    const refused = await compact({ input: 'a' });
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'model']);
  });

  it('R29: a compaction by a trigger at the end of a stream’s input', async () => {
    const picture = { type: 'input_image', image_url: png };
    const open = { type: 'function_call', call_id: 'open', name: 'get_weather', arguments: '{"city":"Rome"}' };
    const trigger = { type: 'compaction_trigger' };
    const input = [say([{ type: 'input_text', text: 'Look' }, picture]), open, trigger];
    const events = await stream({ model, instructions: 'Be a pirate.', tools: [weather], input });
    expect(sentText()).not.toContain('pirate');
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    const [item, ...others] = itemsOf(finalOf(events));
    expect([item?.type, others]).toEqual(['compaction', []]);
    const result = { type: 'function_call_output', call_id: 'open', output: 'It rains.' };
    const next = await create({ model, tools: [weather], input: [item, result] });
    expect([next.status, textOf(next.body)]).toEqual([200, expect.stringContaining('It rains.')]);
    expect(sentText()).toContain('iVBORw0KGgo');
    const changed = String(item?.encrypted_content).replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'));
    for (const [wrong, param] of [
      [{ input }, 'stream'],
      [{ stream: true, input: [trigger, say('Hi')] }, 'input[0].type'],
      [{ input: [{ ...item, encrypted_content: changed }, say('Hi')] }, 'input[0].encrypted_content'],
      [{ input: [{ type: 'compaction', encrypted_content: 'gAAAAforeign' }, say('Hi')] }, 'input[0].encrypted_content'],
    ] as const) {
      const answer = await create({ model, ...wrong });
      expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    }
  });

  it('R31: ids of calls of any form', async () => {
    for (const id of ['c'.repeat(100), 'a|b+c/d==', 'call_ü']) {
      const input = [
        say('Weather?'),
        { type: 'function_call', call_id: id, name: 'get_weather', arguments: '{}' },
        { type: 'function_call_output', call_id: id, output: 'It rains.' },
      ];
      const { status, body } = await create({ model, input, tools: [weather] });
      expect([status, textOf(body)]).toEqual([200, expect.stringContaining('It rains.')]);
    }
    const { body } = await create({ model, input: [say('get_weather of Paris')], tools: [weather] });
    for (const { id, call_id } of itemsOf(body)) {
      expect(String(id).length).toBeLessThanOrEqual(64);
      expect(String(call_id ?? '').length).toBeLessThanOrEqual(64);
    }
  });

  it('R33: what there is none of is null or absent, as the schema has it', async () => {
    for (const response of await both({ model, input: 'Hi' })) {
      expect(response).toMatchObject({ error: null, incomplete_details: null, previous_response_id: null });
      expect(readRecord(response.text).verbosity).not.toBeNull();
      for (const item of itemsOf(response)) {
        expect(item.encrypted_content).not.toBeNull();
        expect(item.phase).not.toBeNull();
      }
    }
  });

  it('what rests on other state than the gateway keeps is refused, and says so', async () => {
    for (const [member, value] of [
      ['conversation', 'conv_1'],
      ['background', true],
      ['prompt', { id: 'pmpt_1' }],
    ] as const) {
      const answer = await create({ model, input: 'Hi', [member]: value });
      expect([answer.status, errorOf(answer)]).toMatchObject([400, { param: member, code: 'unsupported_parameter' }]);
    }
  });

  it('metadata is an object of texts', async () => {
    const answer = await create({ model, input: 'a', metadata: { a: 1 } });
    expect([answer.status, errorOf(answer).param]).toEqual([400, 'metadata']);
  });

  it('R32: nothing is known by an id that nobody was given', async () => {
    for (const [method, path] of [
      ['GET', '/v1/responses/resp_none'],
      ['DELETE', '/v1/responses/resp_none'],
      ['POST', '/v1/responses/resp_none/cancel'],
      ['GET', '/v1/responses/resp_none/input_items'],
    ] as const) {
      const answer = await read(await send(path, method === 'POST' ? {} : undefined, method), 'ResponseComplete');
      expect([path, answer.status]).toEqual([path, 404]);
      expect(errorOf(answer)).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
    }
  });

  it('R34: WebSockets are refused in plain HTTP', async () => {
    const answer = await sendHttp(bench.origin, '/v1/responses', {
      headers: {
        authorization: `Bearer ${key}`,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { message: expect.any(String) } });
  });
});
