import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentName, agents, runAgents } from '../support/agents.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/* `npm run drill:cache` in short. */

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

const run = (agent: AgentName, onTurn?: (turn: number) => void) =>
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
