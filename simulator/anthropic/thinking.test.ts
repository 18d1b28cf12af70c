import { beforeAll, describe, expect, test } from 'vitest';
import { asArray } from '../json.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, type NativeRequest, pick, readEvents, wordsOf } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];
const thinking = { type: 'enabled', budget_tokens: 2048 };
const user = { role: 'user', content: 'use f' };
const knobs = 'reasoning-text=Let me see';

async function content(asked: Omit<NativeRequest, 'body'> & { readonly body?: object }): Promise<readonly unknown[]> {
  const answer = await askRoute(simulator, 'vertex-anthropic', {
    ...asked,
    body: { messages: [user], tools, thinking, ...asked.body },
  });
  return asArray(pick(JSON.parse(answer.text), 'content'));
}

test('thinks when asked to, signs it, and takes it back', async () => {
  const blocks = await content({ knobs });
  expect(blocks).toEqual([
    { type: 'thinking', thinking: 'Let me see', signature: expect.any(String) },
    { type: 'tool_use', id: expect.any(String), name: 'f', input: {} },
  ]);
  const messages = [
    user,
    { role: 'assistant', content: blocks },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: pick(blocks, '1.id'), content: '21' }] },
  ];
  const answered = await content({ knobs, body: { messages } });
  expect(answered).toMatchObject([{ type: 'thinking' }, { type: 'text', text: 'The tool answered: 21' }]);
});

test('does not think unless asked to, or when a knob forbids it', async () => {
  expect(await content({ body: { thinking: undefined } })).toMatchObject([{ type: 'tool_use' }]);
  expect(await content({ body: { thinking: { type: 'disabled' } } })).toMatchObject([{ type: 'tool_use' }]);
  expect(await content({ knobs: 'reasoning=none' })).toMatchObject([{ type: 'tool_use' }]);
});

test('adaptive thinking thinks too', async () => {
  const blocks = await content({ model: 'claude-sonnet-4-6', body: { thinking: { type: 'adaptive' } } });
  expect(blocks).toMatchObject([{ type: 'thinking' }, { type: 'tool_use' }]);
});

describe('omitted thinking', () => {
  const omitted = { ...thinking, display: 'omitted' };

  test('has a signature and no text, and is taken back with any', async () => {
    const [block, call] = await content({ body: { thinking: omitted } });
    expect(block).toEqual({ type: 'thinking', thinking: '', signature: expect.any(String) });
    const result = { type: 'tool_result', tool_use_id: pick(call, 'id'), content: 'x' };
    for (const text of ['', 'anything']) {
      const messages = [
        user,
        { role: 'assistant', content: [{ ...Object(block), thinking: text }, call] },
        { role: 'user', content: [result] },
      ];
      const answer = await askRoute(simulator, 'bedrock-anthropic', { body: { messages, tools, thinking } });
      expect(wordsOf(answer)).toBe('accepted');
    }
  });

  test('is usual on the newest models', async () => {
    const adaptive = { thinking: { type: 'adaptive' } };
    expect(await content({ model: 'sim-claude-opus-4-7', body: adaptive })).toMatchObject([{ thinking: '' }, {}]);
    const shown = { thinking: { type: 'adaptive', display: 'summarized' } };
    expect(await content({ model: 'sim-claude-opus-4-7', knobs, body: shown })).toMatchObject([
      { thinking: 'Let me see' },
      {},
    ]);
  });
});

test.each([
  ['redacted', ['redacted_thinking', 'tool_use']],
  ['mixed', ['thinking', 'redacted_thinking', 'tool_use']],
])('reasoning-form=%s', async (form, types) => {
  const blocks = await content({ knobs: `reasoning-form=${form}` });
  expect(blocks.map((block) => pick(block, 'type'))).toEqual(types);
  const result = { type: 'tool_result', tool_use_id: pick(blocks.at(-1), 'id'), content: 'x' };
  const messages = [user, { role: 'assistant', content: blocks }, { role: 'user', content: [result] }];
  expect(await content({ body: { messages } })).toMatchObject([{ type: 'thinking' }, { type: 'text' }]);
});

test('interleaved thinking stands before each call, each with a signature of its own', async () => {
  const blocks = await content({ knobs: 'reasoning-place=interleaved,tool-call-count=2' });
  expect(blocks.map((block) => pick(block, 'type'))).toEqual(['thinking', 'tool_use', 'thinking', 'tool_use']);
  expect(pick(blocks, '0.signature')).not.toBe(pick(blocks, '2.signature'));
});

test('signatures may be long', async () => {
  const [block] = await content({ knobs: 'proof-padding=3000' });
  expect(String(pick(block, 'signature')).length).toBeGreaterThan(4000);
});

test('streams thinking, then one signature, then the rest', async () => {
  const answer = await askRoute(simulator, 'vertex-anthropic', {
    body: { messages: [user], tools, thinking },
    knobs,
    stream: true,
  });
  const told = readEvents(answer.text);
  expect(told[1]).toEqual({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  });
  const deltas = told.filter((event) => pick(event, 'type') === 'content_block_delta' && pick(event, 'index') === 0);
  expect(deltas.map((event) => pick(event, 'delta.thinking') ?? '').join('')).toBe('Let me see');
  expect(deltas.map((event) => pick(event, 'delta.type')).lastIndexOf('signature_delta')).toBe(deltas.length - 1);
  expect(deltas.filter((event) => pick(event, 'delta.type') === 'signature_delta')).toHaveLength(1);
});

test('says which stop sequence ended the text', async () => {
  const body = { messages: [{ role: 'user', content: 'one two three' }], stop_sequences: ['three', 'two'] };
  const answer = await askRoute(simulator, 'vertex-anthropic', { body });
  expect(JSON.parse(answer.text)).toMatchObject({
    content: [{ text: 'You said: one ' }],
    stop_reason: 'stop_sequence',
    stop_sequence: 'two',
  });
});

describe('the last event', () => {
  const stream = { body: { messages: [user] }, stream: true };

  test('of Bedrock has extra members, unless told otherwise', async () => {
    const told = readEvents((await askRoute(simulator, 'bedrock-anthropic', stream)).text);
    expect(told.at(-1)).toHaveProperty('amazon-bedrock-invocationMetrics.outputTokenCount');
    const plain = readEvents(
      (await askRoute(simulator, 'bedrock-anthropic', { ...stream, knobs: 'message-stop=plain' })).text,
    );
    expect(plain.at(-1)).toEqual({ type: 'message_stop' });
  });

  test('of Vertex has none, unless told otherwise', async () => {
    const told = readEvents((await askRoute(simulator, 'vertex-anthropic', stream)).text);
    expect(told.at(-1)).toEqual({ type: 'message_stop' });
    const extra = readEvents(
      (await askRoute(simulator, 'vertex-anthropic', { ...stream, knobs: 'message-stop=metrics' })).text,
    );
    expect(extra.at(-1)).toHaveProperty('amazon-bedrock-invocationMetrics');
  });
});

test.each([
  ['none', 0],
  ['first', 1],
  ['many', 4],
])('pings=%s', async (pings, count) => {
  const answer = await askRoute(simulator, 'vertex-anthropic', {
    body: { messages: [{ role: 'user', content: 'hello' }] },
    stream: true,
    knobs: `pings=${pings}`,
  });
  const told = readEvents(answer.text);
  expect(told.filter((event) => pick(event, 'type') === 'ping')).toHaveLength(count);
});
