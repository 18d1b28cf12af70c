import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Connection, SetupPart } from '../../console/pages/connect/clients/client.ts';
import { editors } from '../../console/pages/connect/clients/editors.ts';
import { terminalClients } from '../../console/pages/connect/clients/terminal.ts';
import { type AgentBench, claude, type Family, gemini, gpt, startAgentBench } from './support/agent-bench.ts';
import { calls, done, expectServed } from './support/steps.ts';

/*
 * Tests the configuration files of the console's Connect page, unchanged, with the programs that read them.
 */

let bench: AgentBench;
beforeAll(async () => {
  bench = await startAgentBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

interface Setup {
  readonly name: string;
  readonly parts: (connection: Connection) => readonly SetupPart[];
  readonly family: Family;
  readonly program: string;
  readonly parameters: readonly string[];
  /** Additional settings for non-interactive use. */
  readonly environment?: (key: string) => Readonly<Record<string, string>>;
  readonly writes: (path: string) => ReturnType<typeof calls>;
  /** Requests outside the tool loop. */
  readonly more?: number;
}

const setups: readonly Setup[] = [
  {
    name: 'Claude Code',
    parts: terminalClients.claudeCode.parts,
    family: claude,
    program: 'claude',
    parameters: ['--dangerously-skip-permissions', '-p'],
    environment: () => ({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', IS_SANDBOX: '1' }),
    writes: (path) => calls('Write', { file_path: path, content: 'Hello\n' }),
  },
  {
    name: 'Codex',
    parts: terminalClients.codex.parts,
    family: gpt,
    program: '@openai/codex/bin/codex.js',
    parameters: [
      ...['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'],
      ...['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false'],
      ...['-c', 'features.plugins=false', '-c', 'features.apps=false', '-c', 'features.remote_plugin=false'],
    ],
    environment: (key) => ({ ATLASSIAN_PROXY_KEY: key }),
    writes: () => calls('exec_command', { cmd: 'echo Hello > hello.txt' }),
  },
  {
    name: 'Gemini CLI',
    parts: terminalClients.geminiCli.parts,
    family: gemini,
    program: 'gemini',
    parameters: ['--yolo', '-p'],
    environment: () => ({ GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_TELEMETRY_ENABLED: 'false' }),
    writes: (path) => calls('write_file', { file_path: path, content: 'Hello\n' }),
  },
  {
    name: 'opencode',
    parts: terminalClients.opencode.parts,
    family: claude,
    program: 'opencode',
    parameters: ['run'],
    environment: () => ({
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      NPM_CONFIG_REGISTRY: bench.origin,
    }),
    writes: (path) => calls('write', { filePath: path, content: 'Hello\n' }),
    more: 1,
  },
  {
    name: 'Continue',
    parts: editors.continue.parts,
    family: claude,
    program: 'cn',
    parameters: ['-p', '--auto'],
    environment: () => ({ CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_CLI_ENABLE_TELEMETRY: '0' }),
    writes: (path) => calls('Write', { filepath: path, content: 'Hello\n' }),
  },
];

describe('what the Connect page says', () => {
  it.each(setups)('sets up $name', async ({ parts, family, program, parameters, environment, writes, more = 0 }) => {
    const { model, routes } = family;
    const connection = {
      ...{ baseUrl: `${bench.origin}/v1`, key: bench.key, model },
      ...{ models: [claude.model, gemini.model, gpt.model], contextWindow: 200_000 },
    };
    const files = parts(connection).flatMap(({ file, code }) => (file === undefined ? [] : [[file.slice(2), code]]));
    bench.control.script(writes(join(bench.project, 'hello.txt')), done);
    const answer = await bench.run(program, [...parameters, 'Create hello.txt'], {
      environment: environment?.(bench.key) ?? {},
      home: Object.fromEntries(files),
    });
    expectServed(bench, answer, { routes, requests: 2 + more });
  });
});
