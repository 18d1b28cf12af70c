import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { type AgentBench, claude, gemini, gpt, type RunOptions, startAgentBench } from './support/agent-bench.ts';
import { calls, done, expectFiles, expectServed } from './support/steps.ts';

let bench: AgentBench;
beforeAll(async () => {
  bench = await startAgentBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/**
 * How to start an agent that only speaks Chat Completions, and the calls with which it creates a file and copies it.
 */
interface ChatAgent {
  readonly name: string;
  readonly program: string;
  start(prompt: string, model: string): { readonly parameters: readonly string[] } & RunOptions;
  work(path: string): readonly ReturnType<typeof calls>[];
}

const copy = 'cat hello.txt > copy.txt';

const qwenCode: ChatAgent = {
  name: 'Qwen Code',
  program: 'qwen',
  start: (prompt, model) => ({
    parameters: ['--auth-type', 'openai', '--yolo', '-p', prompt],
    environment: { OPENAI_BASE_URL: `${bench.origin}/v1`, OPENAI_API_KEY: bench.key, OPENAI_MODEL: model },
    home: {
      '.qwen/settings.json': JSON.stringify({
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      }),
    },
  }),
  work: (path) => [
    calls('write_file', { file_path: path, content: 'Hello\n' }),
    calls('run_shell_command', { command: copy, description: 'Copy', is_background: false }),
  ],
};

/** The configuration written by `cline auth openai-compatible -b … -k … -m …`, without telemetry. */
function clineFiles(model: string): Readonly<Record<string, string>> {
  const provider = 'openai-compatible';
  const settings = { provider, apiKey: bench.key, model, baseUrl: `${bench.origin}/v1` };
  const known = { settings, updatedAt: '2026-01-01T00:00:00.000Z', tokenSource: 'manual' };
  const providers = { version: 1, lastUsedProvider: provider, modes: {}, providers: { [provider]: known } };
  return {
    '.cline/data/settings/providers.json': JSON.stringify(providers),
    '.cline/data/settings/global-settings.json': JSON.stringify({ telemetryOptOut: true }),
  };
}

const cline: ChatAgent = {
  name: 'Cline',
  program: 'cline',
  start: (prompt, model) => ({
    parameters: ['-P', 'openai-compatible', prompt],
    environment: { IS_TEST: 'true' },
    home: clineFiles(model),
  }),
  work: () => [
    calls('run_commands', { commands: ['echo Hello > hello.txt'] }),
    calls('run_commands', { commands: [copy] }),
  ],
};

const continueCli: ChatAgent = {
  name: 'Continue',
  program: 'cn',
  start: (prompt, model) => ({
    parameters: ['-p', '--auto', prompt],
    environment: { CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_CLI_ENABLE_TELEMETRY: '0' },
    home: {
      '.continue/config.yaml': [
        'name: Gateway',
        'version: 1.0.0',
        'schema: v1',
        'models:',
        `  - name: ${JSON.stringify(model)}`,
        '    provider: openai',
        `    model: ${JSON.stringify(model)}`,
        `    apiBase: ${bench.origin}/v1`,
        `    apiKey: ${bench.key}`,
        '',
      ].join('\n'),
    },
  }),
  work: (path) => [calls('Write', { filepath: path, content: 'Hello\n' }), calls('Bash', { command: copy })],
};

/** An old version that is still in use; new ones speak only Responses. */
const codexOfChat: ChatAgent = {
  name: 'Codex 0.80',
  program: 'codex-chat/bin/codex.js',
  start: (prompt, model) => ({
    parameters: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    environment: { GATEWAY_KEY: bench.key },
    home: {
      '.codex/config.toml': `
model = ${JSON.stringify(model)}
model_provider = "gateway"
check_for_update_on_startup = false

[model_providers.gateway]
name = "Gateway"
base_url = "${bench.origin}/v1"
wire_api = "chat"
env_key = "GATEWAY_KEY"

[analytics]
enabled = false
`,
    },
  }),
  work: () => [
    calls('shell', {
      command: [
        'bash',
        '-lc',
        "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: hello.txt\n+Hello\n*** End Patch\nEOF",
      ],
    }),
    calls('shell', { command: ['bash', '-lc', copy] }),
  ],
};

describe.each([qwenCode, cline, continueCli, codexOfChat])('$name', ({ program, start, work }) => {
  it.each([claude, gemini, gpt])(
    'creates a file, runs a command and says so, with $family',
    async ({ model, routes }) => {
      bench.control.script(...work(join(bench.project, 'hello.txt')), done);
      const { parameters, ...options } = start('Create hello.txt and copy it', model);
      const answer = await bench.run(program, parameters, options);
      expectServed(bench, answer, { routes, requests: 3 });
      expectFiles(bench, answer);
    },
  );
});
