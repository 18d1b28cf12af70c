import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

let bench: TestBench;

beforeAll(async () => {
  bench = await startTestBench();
  await bench.addCredential('refused@example.com');
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.simulator.control.reset();
});

const messages = [{ role: 'user', content: 'Hello' }];

/** Member names of each request body, and the status of its answer. */
function attempts() {
  return bench.simulator.control.requests({ kind: 'model' }).map(({ route, status, body }) => ({
    route,
    status,
    members: Object.keys(z.looseObject({}).parse(body)),
  }));
}

describe.each([
  ['openai-chat', 'openai:gpt-5-2025-08-07', 'seed', 7],
  ['vertex-anthropic', 'anthropic:claude-sonnet-4@20250514', 'temperature', 0.2],
])('a member that %s refuses', (route, model, member, value) => {
  const request = { model, messages, [member]: value };

  it('is left out, the request sent once more, and the client told', async () => {
    bench.simulator.control.setDefault({ 'reject-parameters': member });
    const response = await bench.chat(request);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-warnings')).toMatch(new RegExp(`^${member}: `));
    const [refused, answered, ...more] = attempts();
    expect(more).toEqual([]);
    expect(refused).toMatchObject({ route, status: 400, members: expect.arrayContaining([member]) });
    expect(answered).toMatchObject({ route, status: 200, members: expect.not.arrayContaining([member]) });
  });

  it('is not sent again to this model, also after a restart, but to others', async () => {
    await bench.restart();
    bench.simulator.control.setDefault({ 'reject-parameters': member });
    const response = await bench.chat({ ...request, stream: true });
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(response.headers.get('x-gateway-warnings')).toMatch(new RegExp(`^${member}: `));
    expect(attempts()).toMatchObject([{ route, status: 200, members: expect.not.arrayContaining([member]) }]);
    bench.simulator.control.reset();
    await bench.chat({ ...request, model: 'anthropic:claude-3-7-sonnet@20250219', seed: undefined, temperature: 0.2 });
    expect(attempts()[0]?.members).toContain('temperature');
  });
});

it('settings of many other programs are left out one by one, and none of them is sent again', async () => {
  const settings = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`sampler_${index}`, index]));
  const request = { model: 'openai:gpt-5.1', messages, ...settings };
  const answered = async (body: object) => (await bench.chat(body)).status;
  await bench.useOnlyRoute('openai:gpt-5.1', 'openai-chat');
  expect(await answered(request)).toBe(200);
  expect(attempts()).toHaveLength(17);
  expect(await answered(request)).toBe(200);
  expect(attempts()).toHaveLength(18);
});

it('what the request would mean something else without is not left out: the client hears it', async () => {
  bench.simulator.control.setDefault({ 'reject-parameters': 'tools', 'door-unified': 'bare-429' });
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
  const response = await bench.chat({ model: 'openai:gpt-5-2025-08-07', messages, tools });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  expect(attempts().every(({ members }) => members.includes('tools'))).toBe(true);
});

// The simulator's vendors refuse `output_config`, as the live ones may.
it.each(['anthropic:claude-sonnet-4-6', 'anthropic:claude-opus-4-6', 'bedrock:anthropic.claude-opus-4-6-v1'])(
  'an effort and a schema in a member that %s refuses are said in another way',
  async (model) => {
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { enabled: true });
    const reasoned = await bench.chat({ model, messages, reasoning_effort: 'high' });
    expect([reasoned.status, attempts().map(({ status }) => status)]).toEqual([200, [400, 200]]);
    const again = await bench.chat({ model, messages, reasoning_effort: 'high' });
    expect([again.status, attempts().map(({ status }) => status)]).toEqual([200, [400, 200, 200]]);
    const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
    const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    const thoughtful = await bench.chat({ model, messages, reasoning_effort: 'high', response_format });
    expect(thoughtful.status).toBe(200);
    // A thinking model cannot be forced to call a tool, so the schema is in the prompt.
    expect(JSON.stringify(bench.simulator.control.lastRequest().body)).toContain('colour');
    const answered = await bench.chat({ model, messages, response_format });
    const { choices } = z
      .object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })) })
      .parse(await answered.json());
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ colour: expect.any(String) });
  },
);

describe('custom tools', () => {
  const model = 'openai:gpt-5-2025-08-07';
  const grammar = { syntax: 'lark', definition: 'start: /.+/' };
  const custom = { name: 'patch', description: 'Edits files.', format: { type: 'grammar', grammar } };
  const called = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'patch', input: 'x "y"' } }],
  };
  const history = [...messages, called, { role: 'tool', tool_call_id: 'a', content: 'done' }, ...messages];
  const request = { model, messages: history, tools: [{ type: 'custom', custom }] };
  const typesOf = (body: unknown) => {
    const { tools = [], messages: sent = [] } = z
      .looseObject({
        tools: z.array(z.looseObject({ type: z.string() })).optional(),
        messages: z
          .array(z.looseObject({ tool_calls: z.array(z.looseObject({ type: z.string() })).optional() }))
          .optional(),
      })
      .parse(body);
    return [...tools, ...sent.flatMap((message) => message.tool_calls ?? [])].map(({ type }) => type);
  };
  const sent = () => bench.simulator.control.requests({ kind: 'model' }).map(({ body }) => typesOf(body));

  beforeAll(() => bench.useOnlyRoute(model, 'openai-chat'));

  it('reach GPT-5 as they are, and so do their calls in both directions', async () => {
    const response = await bench.chat({
      ...request,
      messages: [...history.slice(0, -1), { role: 'user', content: 'use patch' }],
    });
    expect(await response.json()).toMatchObject({
      choices: [
        { finish_reason: 'tool_calls', message: { tool_calls: [{ type: 'custom', custom: { name: 'patch' } }] } },
      ],
    });
    expect(sent()).toEqual([['custom', 'custom']]);
    expect(bench.simulator.control.lastRequest().body).toMatchObject({ tools: [{ type: 'custom', custom }] });
    const streamed = await bench.chat({ ...request, stream: true, messages: [{ role: 'user', content: 'use patch' }] });
    const text = await streamed.text();
    expect(text).toContain('"type":"custom","custom":{"name":"patch","input":""}');
    expect(text).toMatch(/"custom":\{"input":"use patch"\}/);
  });

  it('that the upstream refuses are sent once more as functions, and stay functions', async () => {
    bench.simulator.control.setDefault({ 'reject-parameters': 'custom' });
    expect((await bench.chat(request)).status).toBe(200);
    expect((await bench.chat(request)).status).toBe(200);
    expect(sent()).toEqual([
      ['custom', 'custom'],
      ['function', 'function'],
      ['function', 'function'],
    ]);
  });
});
