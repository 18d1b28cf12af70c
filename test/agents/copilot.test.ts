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
  'Chat Completions': { type: 'openai', wire: 'completions', path: '/v1' },
  Messages: { type: 'anthropic', wire: 'completions', path: '' },
  Responses: { type: 'openai', wire: 'responses', path: '/v1' },
} as const;

function run(prompt: string, model: string, api: keyof typeof apis) {
  const { type, wire, path } = apis[api];
  return bench.run('copilot', ['-p', prompt, '--allow-all-tools', '--allow-all-paths', '--no-auto-update'], {
    environment: {
      COPILOT_PROVIDER_BASE_URL: `${bench.origin}${path}`,
      COPILOT_PROVIDER_TYPE: type,
      COPILOT_PROVIDER_WIRE_API: wire,
      COPILOT_PROVIDER_API_KEY: bench.key,
      COPILOT_MODEL: model,
      COPILOT_OFFLINE: 'true',
    },
  });
}

describe.each([
  ['Chat Completions', claude],
  ['Chat Completions', gemini],
  ['Chat Completions', gpt],
  ['Messages', claude],
  ['Messages', gpt],
  ['Responses', gpt],
  ['Responses', gemini],
] as const)('Copilot CLI by %s', (api, { family, model, routes }) => {
  it(`creates a file, runs a command and says so, with ${family}`, async () => {
    bench.control.script(
      calls('create', { path: join(bench.project, 'hello.txt'), file_text: 'Hello\n' }),
      calls('bash', { command: 'cat hello.txt > copy.txt', description: 'Copy' }),
      done,
    );
    const answer = await run('Create hello.txt and copy it', model, api);
    expectServed(bench, answer, { routes, requests: 3 });
    expectFiles(bench, answer);
  });
});
