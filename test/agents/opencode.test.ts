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

/** The API of each of its providers, and the base URL it needs. */
const providers = {
  'Chat Completions': ['@ai-sdk/openai-compatible', '/v1'],
  Messages: ['@ai-sdk/anthropic', '/v1'],
  Responses: ['@ai-sdk/openai', '/v1'],
  Gemini: ['@ai-sdk/google', '/v1beta'],
} as const;

function run(prompt: string, model: string, api: keyof typeof providers) {
  const [npm, path] = providers[api];
  const provider = {
    npm,
    name: 'Gateway',
    options: { baseURL: `${bench.origin}${path}`, apiKey: bench.key },
    models: { [model]: { name: model } },
  };
  const configuration = {
    autoupdate: false,
    share: 'disabled',
    permission: { edit: 'allow', bash: 'allow' },
    provider: { gateway: provider },
  };
  return bench.run('opencode', ['run', '-m', `gateway/${model}`, prompt], {
    environment: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      // It looks for plugin types here, without success.
      NPM_CONFIG_REGISTRY: bench.origin,
    },
    home: { '.config/opencode/opencode.json': JSON.stringify(configuration) },
  });
}

const patch = '*** Begin Patch\n*** Add File: hello.txt\n+Hello\n*** End Patch';

describe.each([
  ['Chat Completions', claude],
  ['Chat Completions', gemini],
  ['Chat Completions', gpt],
  ['Messages', gpt],
  ['Responses', gemini],
  ['Gemini', claude],
] as const)('opencode by %s', (api, { family, model, routes }) => {
  it(`creates a file, runs a command and says so, with ${family}`, async () => {
    // It gives GPT models a different tool.
    const creates =
      family === 'GPT'
        ? calls('apply_patch', { patchText: patch })
        : calls('write', { filePath: join(bench.project, 'hello.txt'), content: 'Hello\n' });
    const copies = calls('bash', { command: 'cat hello.txt > copy.txt', description: 'Copy' });
    bench.control.script(creates, copies, done);
    const answer = await run('Create hello.txt and copy it', model, api);
    // One more than steps, because it also asks for a title.
    expectServed(bench, answer, { routes, requests: 4 });
    expectFiles(bench, answer);
  });
});
