import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Asked, Client, Said } from '../support/clients/client.ts';
import { models, pairs } from '../support/clients/pairs.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/*
 * Invariants for every combination of client API and upstream family.
 */

const pixel = 'iVBORw0KGgo=';
const thought = 'The simulator thinks about the question.';

let bench: TestBench;
let key: string;

beforeAll(async () => {
  bench = await startTestBench();
  await bench.addCredential('one@example.com');
  for (const model of [models.Claude, models.GPT])
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { enabled: true });
  key = (await bench.generateKey()).key;
});
afterAll(() => bench.close());
beforeEach(() => bench.simulator.control.reset());

type Question = Omit<Asked, 'model' | 'stream'>;

function post(path: string, body: object, headers = {}): Promise<Response> {
  return fetch(bench.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function ask(client: Client, model: string, question: Question, stream = false): Promise<Said> {
  const { path, body } = client.write({ ...question, model, stream });
  const response = await post(path, body);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return stream ? client.readStream(text) : client.readWhole(text);
}

const hello = [{ user: 'Hello there, how are you today?' }];
const upstream = () => bench.simulator.control.lastRequest().bodyText ?? '';

/** Removes ids, which are random, and values derived from them. */
const comparable = ({ text, reasoning, calls, end, usage }: Said) => ({
  ...{ text, reasoning, end, usage },
  calls: calls.map((call) => [call.name, call.arguments]),
});

describe.each(pairs)('$name with $family', ({ client, family }) => {
  const model = models[family];

  it.each([
    ['a text', {}, { text: 'Hello there, how', calls: 0 }],
    ['a text and a call', { 'tool-calls': 'always', text: 'Let me look.' }, { text: 'Let me look.', calls: 1 }],
    ['two calls', { 'tool-calls': 'always', 'tool-call-count': 2 }, { text: '', calls: 2 }],
  ] as const)('D1, D8: %s, streamed and not', async (_name, knobs, expected) => {
    bench.simulator.control.setDefault(knobs);
    const question = { turns: hello, tools: ['look_up', 'write_down'] };
    const whole = await ask(client, model, question);
    expect(whole.text).toContain(expected.text);
    expect(whole.calls).toHaveLength(expected.calls);
    expect(new Set(whole.calls.map(({ id }) => id)).size).toBe(expected.calls);
    expect(whole.end).toBe(expected.calls > 0 ? client.ends.calls : client.ends.stop);
    const streamed = await ask(client, model, question, true);
    expect(comparable(streamed)).toEqual({ ...comparable(whole), usage: expect.anything() });
    if (expected.calls === 0) return;
    // The results come in the other order.
    const results = whole.calls.map((call, at) => ({ call, output: `result ${at}` })).reverse();
    const answer = await ask(client, model, { ...question, turns: [...hello, { said: whole }, { results }] }, true);
    expect(answer.text).toBe('Let me look.'.repeat(expected.text === '' ? 0 : 1));
    for (const { output } of results) expect(upstream()).toContain(output);
  });

  it.each([
    ['none', {}, '{}'],
    [
      'of every script',
      { 'tool-arguments-text': '{"city":"Zürich 東京 🚀 \\" \\\\"}' },
      '{"city":"Zürich 東京 🚀 \\" \\\\"}',
    ],
    [
      '100 kB',
      { 'tool-arguments-text': `{"city":"${'long '.repeat(20_000)}"}` },
      `{"city":"${'long '.repeat(20_000)}"}`,
    ],
  ] as const)('D1: arguments: %s', async (name, knobs, expected) => {
    bench.simulator.control.setDefault({
      'tool-calls': 'always',
      // OpenAI itself writes `{}`, and its answers are relayed.
      ...(name === 'none' && (family === 'GPT' ? { 'tool-arguments-text': '{}' } : { 'tool-arguments': 'empty' })),
      ...knobs,
    });
    for (const stream of [false, true]) {
      const { calls } = await ask(client, model, { turns: hello, tools: ['look_up'] }, stream);
      expect(calls).toHaveLength(1);
      expect(JSON.parse(calls[0]?.arguments ?? '')).toEqual(JSON.parse(expected));
    }
  });

  it('D1: large integers keep their digits', async () => {
    bench.simulator.control.setDefault({ 'tool-calls': 'always', 'tool-arguments-text': '{"n":12345678901234567890}' });
    for (const stream of [false, true]) {
      const { path, body } = client.write({ model, stream, turns: hello, tools: ['look_up'] });
      expect(await (await post(path, body)).text()).toContain('12345678901234567890');
    }
  });

  it('D2: thinking, a call, its result, an answer, twice; another family in between, and back', async () => {
    const other = models[family === 'Claude' ? 'Gemini' : 'Claude'];
    let turns: Question['turns'] = [];
    for (const by of [model, model, other, model]) {
      bench.simulator.control.setDefault({ 'tool-calls': 'auto' });
      turns = [...turns, { user: 'Use the tool look_up' }];
      const call = await ask(client, by, { turns, tools: ['look_up'], thinks: true }, true);
      expect(call.calls).toHaveLength(1);
      const results = call.calls.map((each) => ({ call: each, output: 'sunshine' }));
      turns = [...turns, { said: call }, { results }];
      const answer = await ask(client, by, { turns, tools: ['look_up'], thinks: true }, true);
      expect(answer.text).toContain('sunshine');
      expect(call.text + answer.text).not.toContain(thought);
      expect(answer.text).not.toContain('redacted');
      // The upstream accepts only its own proofs.
      expect(upstream()).toMatch(ownProof[by === model ? family : family === 'Claude' ? 'Gemini' : 'Claude']);
      turns = [...turns, { said: answer }];
    }
  });

  it('D3: ends by length and by refusal; the sum of the usage is kept', async () => {
    bench.simulator.control.setDefault({ text: 'word '.repeat(200), 'cached-tokens': 3 });
    const cut = await ask(client, model, { turns: hello, maxTokens: 32 });
    expect(cut.end).toBe(client.ends.length);
    bench.simulator.control.setDefault({ 'cached-tokens': 3 });
    for (const stream of [false, true]) {
      const { usage } = await ask(client, model, { turns: hello, thinks: true }, stream);
      expect(usage.input).toBeGreaterThanOrEqual(usage.cached);
      expect(usage.input).toBeGreaterThan(0);
      expect(usage.output).toBeGreaterThan(0);
    }
    bench.simulator.control.setDefault({ refusal: 'I must not.' });
    expect((await ask(client, model, { turns: hello })).end).toBe(refusals[client.name]?.[family]);
  });

  it('D5: results that failed, that say nothing, that are pictures', async () => {
    bench.simulator.control.setDefault({ 'tool-calls': 'always', 'tool-call-count': 3 });
    const said = await ask(client, model, { turns: hello, tools: ['look_up'] });
    bench.simulator.control.reset();
    const [first, second, third] = said.calls;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three calls are missing');
    const results = [
      { call: first, output: 'The disk is full.', failed: true },
      { call: second, output: '' },
      { call: third, output: 'A picture', ...(client.showsResults && { picture: pixel }) },
    ];
    const turns = [...hello, { said }, { results }];
    await ask(client, model, { turns, tools: ['look_up'] });
    for (const { output } of results) expect(upstream()).toContain(output);
    if (client.showsResults) expect(upstream()).toContain(pixel);
  });

  it('D6: structured output', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
      required: ['city', 'days'],
      additionalProperties: false,
    };
    for (const stream of [false, true]) {
      const { text } = await ask(client, model, { turns: hello, schema }, stream);
      expect(JSON.parse(text)).toEqual({ city: expect.any(String), days: 3 });
    }
  });

  it('D7: what nobody knows and what is null changes nothing', async () => {
    // Unknown members of a relayed request are left to the vendor.
    bench.simulator.control.setDefault({ strict: 'off' });
    const { path, body } = client.write({ model, stream: false, turns: hello });
    const odd = { ...body, x_unknown: { a: [1] }, ...Object.fromEntries(client.optional.map((name) => [name, null])) };
    const plain = client.readWhole(await (await post(path, body)).text());
    const response = await post(path, odd, { 'anthropic-beta': 'nobody-knows-2099-01-01', 'openai-beta': 'none=v9' });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(comparable(client.readWhole(text))).toEqual({ ...comparable(plain), usage: expect.anything() });
  });
});

/** How a refusal ends: by a filter, or as text in the client's format. */
const refusals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Chat Completions': { Claude: 'content_filter', Gemini: 'content_filter', GPT: 'stop' },
  Messages: { Claude: 'refusal', Gemini: 'refusal', GPT: 'refusal' },
  Responses: { Claude: 'completed', Gemini: 'content_filter', GPT: 'completed' },
  Gemini: { Claude: 'SAFETY', Gemini: 'SAFETY', GPT: 'STOP' },
};

/** The form of a family's proof in a request. */
const ownProof = {
  Claude: /"signature":"[\w+/=]{8,}"|"redacted_thinking"/,
  Gemini: /"thoughtSignature":"(?!skip_thought)[\w+/=]{8,}"/,
  GPT: /"encrypted_content":"[^"]{8,}"/,
} as const;
