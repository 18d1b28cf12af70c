import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, type NativeRequest, type NativeRoute, pick, readEvents, send } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

const long = 'a rather long text of many words '.repeat(400);
const mark = { cache_control: { type: 'ephemeral' } };

async function usage(route: NativeRoute, asked: NativeRequest): Promise<unknown> {
  const told: unknown = JSON.parse((await askRoute(simulator, route, asked)).text);
  return pick(told, 'usage') ?? pick(told, 'usageMetadata');
}

describe('Anthropic', () => {
  const body = {
    system: [{ type: 'text', text: long, ...mark }],
    messages: [{ role: 'user', content: 'hello' }],
  };

  test('reports what it wrote, then what it read, apart from the rest', async () => {
    const first = await usage('vertex-anthropic', { body });
    const written = Number(pick(first, 'cache_creation_input_tokens'));
    expect(written).toBeGreaterThan(2000);
    expect(first).toMatchObject({ cache_read_input_tokens: 0, input_tokens: 6 });
    const second = await usage('vertex-anthropic', { body });
    expect(second).toMatchObject({ cache_read_input_tokens: written, cache_creation_input_tokens: 0, input_tokens: 6 });
    expect(await usage('vertex-anthropic', { body, email: 'bob@example.com' })).toMatchObject({
      cache_read_input_tokens: 0,
    });
  });

  test('reports it in streams, at the start, and at the end too if a knob says so', async () => {
    await usage('vertex-anthropic', { body });
    const told = readEvents(
      (await askRoute(simulator, 'vertex-anthropic', { body, stream: true, knobs: 'usage=every' })).text,
    );
    const read = pick(told[0], 'message.usage.cache_read_input_tokens');
    expect(read).toBeGreaterThan(2000);
    expect(told.at(-2)).toMatchObject({ type: 'message_delta', usage: { cache_read_input_tokens: read } });
  });

  test('forgets by the clock, or earlier if a knob says so', async () => {
    await usage('vertex-anthropic', { body });
    simulator.control.advanceClock(301_000);
    expect(await usage('vertex-anthropic', { body })).toMatchObject({ cache_read_input_tokens: 0 });
    simulator.control.advanceClock(11_000);
    expect(await usage('vertex-anthropic', { body, knobs: 'cache-ttl=10' })).not.toMatchObject({
      cache_read_input_tokens: 0,
    });
  });

  test('knows the order tools, system, messages, and that another choice of tools begins the messages anew', async () => {
    const tools = [{ name: 'f', description: long, input_schema: { type: 'object', properties: {} }, ...mark }];
    const history = { messages: [{ role: 'user', content: [{ type: 'text', text: long, ...mark }] }] };
    await usage('vertex-anthropic', { body: { tools, ...history } });
    const both = Number(
      pick(await usage('vertex-anthropic', { body: { tools, ...history } }), 'cache_read_input_tokens'),
    );
    const chosen = await usage('vertex-anthropic', { body: { tools, ...history, tool_choice: { type: 'none' } } });
    const toolsOnly = Number(pick(chosen, 'cache_read_input_tokens'));
    expect(toolsOnly).toBeGreaterThan(2000);
    expect(both).toBeGreaterThan(toolsOnly + 2000);
    const other = await usage('vertex-anthropic', { body: { tools: [{ ...tools[0], name: 'g' }], ...history } });
    expect(other).toMatchObject({ cache_read_input_tokens: 0 });
  });

  test('caches no short prefix, as the model has it', async () => {
    const short = { ...body, system: [{ type: 'text', text: long.slice(0, long.length / 2), ...mark }] };
    for (const [model, isCached] of [
      ['claude-sonnet-4@20250514', true],
      ['claude-opus-4-5@20251101', false],
    ] as const) {
      await usage('vertex-anthropic', { model, body: short });
      const told = await usage('vertex-anthropic', { model, body: short });
      expect(Number(pick(told, 'cache_read_input_tokens')) > 0).toBe(isCached);
    }
    expect(await usage('vertex-anthropic', { body, knobs: 'cache=off' })).toMatchObject({
      cache_creation_input_tokens: 0,
    });
  });
});

test('GPT caches what begins alike, by key', async () => {
  const body = { messages: [{ role: 'user', content: long }] };
  const cached = async (route: NativeRoute, over: object, knobs = ''): Promise<number> => {
    const told = await usage(route, { body: { ...body, ...over }, knobs });
    return Number(pick(told, 'prompt_tokens_details.cached_tokens') ?? 0);
  };
  expect(await cached('openai-chat', {})).toBe(0);
  const read = await cached('openai-chat', {});
  expect(read).toBeGreaterThan(2000);
  expect(read % 128).toBe(0);
  expect(await cached('openai-chat', { prompt_cache_key: 'k' })).toBe(0);
  expect(await cached('openai-chat', {}, 'automatic-cache=keyed')).toBe(0);
  const items = { input: long };
  await usage('openai-responses', { body: items });
  expect(pick(await usage('openai-responses', { body: items }), 'input_tokens_details.cached_tokens')).toBeGreaterThan(
    2000,
  );
});

test('Gemini caches what begins alike', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: long }] }] };
  expect(await usage('vertex-gemini', { body })).not.toHaveProperty('cachedContentTokenCount');
  const told = await usage('vertex-gemini', { body });
  expect(pick(told, 'cachedContentTokenCount')).toBe(pick(told, 'promptTokenCount'));
});

describe('counting', () => {
  const messages = [{ role: 'user', content: 'hello world' }];

  test.each([
    ['counting=naive', 3],
    ['token-factor=2', 16],
    ['input-tokens=77', 77],
  ])('%s', async (knobs, expected) => {
    expect(await usage('vertex-anthropic', { body: { messages }, knobs })).toMatchObject({ input_tokens: expected });
  });

  test('tools and images count', async () => {
    const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];
    expect(
      Number(pick(await usage('vertex-anthropic', { body: { messages, tools } }), 'input_tokens')),
    ).toBeGreaterThan(346);
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const asked = { body: { messages: [{ role: 'user', content: [image] }] } };
    expect(await usage('vertex-anthropic', asked)).toMatchObject({ input_tokens: 1334 + 4 });
  });
});

describe('the report', () => {
  /** A conversation of three turns, each with a breakpoint at its end; `emails` are the credentials, turn by turn. */
  async function converse(opening: string, emails: readonly string[]): Promise<void> {
    const turns: object[] = [];
    for (const [turn, email] of emails.entries()) {
      const text = { type: 'text', text: turn === 0 ? `${opening} ${long}` : `turn ${turn} ${long}` };
      const body = { messages: [...turns, { role: 'user', content: [{ ...text, ...mark }] }] };
      await askRoute(simulator, 'vertex-anthropic', { body, email });
      turns.push({ role: 'user', content: [text] }, { role: 'assistant', content: 'so' });
    }
  }

  test('holds what was read against what a perfect cache would have read', async () => {
    await converse('faithful', ['a@b.c', 'a@b.c', 'a@b.c']);
    await converse('wandering', ['a@b.c', 'd@e.f', 'a@b.c']);
    const report = simulator.control.cacheReport();
    expect(report).toMatchObject({ requests: 6, perfect: report.perfectInConversation });
    expect(report.conversations).toMatchObject([
      { opening: expect.stringMatching(/^faithful/), requests: 3, share: 1, places: { 'a@b.c vertex-anthropic': 3 } },
      { requests: 3, places: { 'a@b.c vertex-anthropic': 2, 'd@e.f vertex-anthropic': 1 } },
    ]);
    const [faithful, wandering] = report.conversations;
    expect(faithful?.read).toBe(faithful?.perfect);
    expect(wandering?.share).toBeGreaterThan(0.3);
    expect(wandering?.share).toBeLessThan(0.4);
    expect(simulator.control.cacheReport({ email: 'd@e.f' })).toMatchObject({ requests: 1, read: 0, share: 0 });
  });

  test('can be had over HTTP', async () => {
    await converse('faithful', ['a@b.c', 'a@b.c']);
    const told = await send(simulator, { path: '/__simulator/cache?email=a%40b.c' });
    expect(JSON.parse(told.text)).toMatchObject({ requests: 2, share: 1, conversations: [{ requests: 2 }] });
    simulator.control.reset();
    expect(simulator.control.cacheReport()).toMatchObject({ requests: 0, share: 1, conversations: [] });
  });
});
