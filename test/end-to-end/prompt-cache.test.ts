import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JsonRecord, readRecord } from '../../server/lib/json.ts';
import { type AgentName, type AgentsOptions, agents, runAgents } from '../support/agents.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/* A short version of `npm run drill:cache`. */

const claude = 'anthropic:claude-sonnet-4-5@20250929';
const emails = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`);
const size = { model: claude, conversations: 5, turns: 12 };

let bench: TestBench;
let key = '';
beforeAll(async () => {
  bench = await startTestBench();
  for (const email of emails) await bench.addCredential(email);
  ({ key } = await bench.generateKey());
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.simulator.control.reset();
  bench.simulator.control.setDefault({ strict: 'vendor', 'tool-calls': 'always', 'tool-call-count': 2 });
});

const run = (agent: AgentName, onTurn?: AgentsOptions['onTurn']) =>
  runAgents({ ...size, origin: bench.origin, key, agent, ...(onTurn !== undefined && { onTurn }) });
const share = () => bench.simulator.control.cacheReport().share;

describe('of what a perfect cache would read', () => {
  test.each(Object.keys(agents) as AgentName[])(
    'a %s client’s conversations with Claude read nearly all',
    async (agent) => {
      expect(await run(agent)).toEqual([]);
      expect(share()).toBeGreaterThan(0.95);
      const { conversations } = bench.simulator.control.cacheReport();
      expect(conversations.map(({ places }) => Object.keys(places).length)).toEqual(Array(size.conversations).fill(1));
    },
  );

  test('most is read, too, when a credential fails half-way', async () => {
    let failing = '';
    const onTurn = (turn: number) => {
      if (failing !== '' || turn < size.turns / 2) return;
      failing = bench.simulator.control.lastRequest().email ?? '';
      bench.simulator.control.setCredential(failing, { status: 503 });
    };
    expect(await run('chat', onTurn)).toEqual([]);
    expect(failing).not.toBe('');
    expect(share()).toBeGreaterThan(0.85);
  });
});

test('conversations go on where they were after a restart', async () => {
  let restarted: Promise<void> | undefined;
  const onTurn = (turn: number) => {
    if (turn >= 4) restarted ??= bench.restart();
    return restarted;
  };
  const options = { ...size, conversations: 1, turns: 8, key, agent: 'chat' } as const;
  expect(await runAgents({ ...options, origin: () => bench.origin, onTurn })).toEqual([]);
  const [conversation] = bench.simulator.control.cacheReport().conversations;
  expect(Object.values(conversation?.places ?? {})).toEqual([8]);
});

describe('instructions that come in the middle of a conversation keep what was cached', () => {
  const paths = { messages: '/v1/messages', chat: '/v1/chat/completions' } as const;

  test.each([
    ['messages', claude],
    ['chat', claude],
    ['messages', 'google:gemini-2.5-flash'],
  ] as const)('of a %s client, with %s', async (agent, model) => {
    bench.simulator.control.setDefault({ 'tool-calls': 'never', 'automatic-cache': 'prefix' });
    const system = 'You help.';
    const words = 'Some words that a model reads. '.repeat(300);
    const messages: object[] = agent === 'chat' ? [{ role: 'system', content: system }] : [];
    let counts: readonly unknown[] = [];
    for (const turn of [1, 2, 3, 4]) {
      messages.push(
        { role: 'user', content: `Question ${turn}: ${words}` },
        { role: 'system', content: `Note ${turn}` },
      );
      const response = await fetch(bench.origin + paths[agent], {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: 100, messages, ...(agent === 'messages' && { system }) }),
      });
      const answer = readRecord(await response.json());
      counts = members[agent](readRecord(answer.usage), answer);
      messages.push({ role: 'assistant', content: `Answer ${turn}` });
    }
    const [input, read] = counts.map(Number);
    // All but the last question.
    expect(Number(read) / Number(input)).toBeGreaterThan(0.7);
  });
});

test('a key may leave the cache to its client', async () => {
  const own = await bench.generateKey('own', { promptCaching: 'client' });
  expect(await runAgents({ ...size, turns: 3, origin: bench.origin, key: own.key, agent: 'chat' })).toEqual([]);
  expect(bench.simulator.control.cacheReport()).toMatchObject({ read: 0, written: 0 });
});

test('GPT’s conversations each have a key of their own in its cache', async () => {
  bench.simulator.control.setDefault({ 'tool-calls': 'always', 'automatic-cache': 'keyed' });
  const options = { ...size, turns: 4, origin: bench.origin, key, model: 'openai:gpt-5.1' };
  expect(await runAgents({ ...options, agent: 'messages' })).toEqual([]);
  expect(await runAgents({ ...options, agent: 'responses' })).toEqual([]);
  expect(bench.simulator.control.cacheReport().shareInConversation).toBeGreaterThan(0.9);
});

/** Where each API reports cached tokens, and whether its input count includes them. */
const members: Readonly<Record<AgentName, (usage: JsonRecord, answer: JsonRecord) => readonly unknown[]>> = {
  chat: ({ prompt_tokens: input, prompt_tokens_details: cache }) => [input, readRecord(cache).cached_tokens],
  responses: ({ input_tokens: input, input_tokens_details: cache }) => [input, readRecord(cache).cached_tokens],
  messages: ({ input_tokens: rest, cache_read_input_tokens: read, cache_creation_input_tokens: written }) => [
    Number(rest) + Number(read) + Number(written),
    read,
  ],
  gemini: (_, { usageMetadata }) => {
    const { promptTokenCount: input, cachedContentTokenCount: read = 0 } = readRecord(usageMetadata);
    return [input, read];
  },
};

test.each(Object.keys(agents) as AgentName[])('a %s client is told the very tokens', async (agent) => {
  const told: (readonly unknown[])[] = [];
  const onAnswer = (answer: JsonRecord) => void told.push(members[agent](readRecord(answer.usage), answer));
  const options = { ...size, conversations: 1, turns: 4, origin: bench.origin, key, agent, onAnswer };
  expect(await runAgents(options)).toEqual([]);
  const { input, read, requests } = bench.simulator.control.cacheReport();
  const sum = (place: number) => told.reduce((total, counts) => total + Number(counts[place]), 0);
  expect([told.length, sum(0), sum(1)]).toEqual([requests, input, read]);
  expect(read).toBeGreaterThan(0);
});

describe('what the cache served is told', () => {
  const question = 'some words that a model reads '.repeat(400);
  const usage = z.object({
    prompt_tokens: z.number(),
    prompt_tokens_details: z.object({ cached_tokens: z.number(), cache_write_tokens: z.number() }),
  });
  const headerOf = ({ prompt_tokens: input, prompt_tokens_details: cache }: z.infer<typeof usage>) =>
    `${cache.cached_tokens > 0 ? 'hit' : 'miss'}; read=${cache.cached_tokens}; written=${cache.cache_write_tokens}; input=${input}`;
  const messages = [{ role: 'user', content: question }];
  const withUsage = z.object({ usage });

  test('in headers, the body, the ledger and the metrics', async () => {
    const first = await bench.chat({ model: claude, messages });
    const written = withUsage.parse(await first.json()).usage;
    expect(written.prompt_tokens_details.cache_write_tokens).toBeGreaterThan(2000);
    expect(first.headers.get('x-gateway-cache')).toBe(headerOf(written));
    const next = [...messages, { role: 'assistant', content: 'So?' }, { role: 'user', content: 'Go on.' }];
    const second = await bench.chat({
      model: claude,
      messages: next,
      stream: true,
      stream_options: { include_usage: true },
    });
    const id = second.headers.get('x-request-id') ?? '';
    const frames = (await second.text()).split('\n').filter((line) => line.includes('"usage":{'));
    const read = withUsage.parse(JSON.parse(frames[0]?.slice(6) ?? '')).usage;
    const tokens = written.prompt_tokens_details.cache_write_tokens;
    const writtenNow = read.prompt_tokens_details.cache_write_tokens;
    expect(read.prompt_tokens_details.cached_tokens).toBe(tokens);
    expect(writtenNow).toBeGreaterThan(0);
    expect(second.headers.get('x-gateway-cache')).toBe(headerOf(read));

    const recorded = async () => (await bench.admin('GET', `/requests/${id}`)).status;
    await expect.poll(recorded).toBe(200);
    const saved = (tokens * (3 - 0.3) - writtenNow * (3.75 - 3)) / 1_000_000;
    const detail = z.object({ cacheSaved: z.number(), conversationSums: z.looseObject({}) });
    const known = detail.parse((await bench.admin('GET', `/requests/${id}`)).body);
    expect(known.cacheSaved).toBeCloseTo(saved, 9);
    expect(known.conversationSums).toMatchObject({ requests: 2, cacheReadTokens: tokens });
    const totals = z.object({ totals: z.object({ cacheSaved: z.number() }) });
    const { body } = await bench.admin('GET', `/usage?models=${encodeURIComponent(claude)}`);
    expect(totals.parse(body).totals.cacheSaved).toBeGreaterThan(saved);
    const metrics = await (await fetch(`${bench.origin}/metrics`)).text();
    expect(metrics).toMatch(/^atlassian_proxy_cache_hits_total\{model="anthropic:claude-sonnet-4-5@20250929"\} [1-9]/m);
  });

  test('of a stream whose upstream tells it last, in a trailer', async () => {
    const body = JSON.stringify({ model: 'openai:gpt-5.1', stream: true, messages });
    const trailers = await new Promise<NodeJS.Dict<string>>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const sent = request(`${bench.origin}/v1/chat/completions`, { method: 'POST', headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.trailers));
      });
      sent.on('error', reject).end(body);
    });
    expect(trailers['x-gateway-cache']).toMatch(/^(?:hit|miss); read=\d+; written=0; input=\d{4,}$/);
  });
});
