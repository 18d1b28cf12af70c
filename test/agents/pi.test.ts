import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { type AgentBench, claude, gemini, gpt, startAgentBench } from './support/agent-bench.ts';
import { calls, done, expectFiles, expectServed } from './support/steps.ts';

let bench: AgentBench;
beforeAll(async () => {
  bench = await startAgentBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** Its names for the APIs, and the base URL of each. */
const apis = {
  'Chat Completions': ['openai-completions', '/v1'],
  Messages: ['anthropic-messages', ''],
  Responses: ['openai-responses', '/v1'],
  Gemini: ['google-generative-ai', '/v1beta'],
} as const;

function run(prompt: string, model: string, name: keyof typeof apis) {
  const [api, path] = apis[name];
  const known = {
    ...{ id: model, name: model, reasoning: false, input: ['text', 'image'] },
    ...{ contextWindow: 200_000, maxTokens: 8_000, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
  };
  const gateway = { api, baseUrl: `${bench.origin}${path}`, apiKey: bench.key, models: [known] };
  return bench.run('pi', ['-p', '--offline', '--provider', 'gateway', '--model', model, prompt], {
    home: { '.pi/agent/models.json': JSON.stringify({ providers: { gateway } }) },
  });
}

describe.each([
  ['Chat Completions', claude],
  ['Chat Completions', gemini],
  ['Chat Completions', gpt],
  ['Messages', claude],
  ['Messages', gemini],
  ['Responses', gpt],
  ['Responses', claude],
  ['Gemini', gemini],
  ['Gemini', gpt],
] as const)('pi by %s', (api, { family, model, routes }) => {
  it(`creates a file, runs a command and says so, with ${family}`, async () => {
    bench.control.script(
      calls('write', { path: join(bench.project, 'hello.txt'), content: 'Hello\n' }),
      calls('bash', { command: 'cat hello.txt > copy.txt' }),
      done,
    );
    const answer = await run('Create hello.txt and copy it', model, api);
    expectServed(bench, answer, { routes, requests: 3 });
    expectFiles(bench, answer);
  });
});
