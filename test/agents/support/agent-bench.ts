import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ForwardProxy, startForwardProxy } from '../../support/forward-proxy.ts';
import { startTestBench, type TestBench } from '../../support/gateway.ts';
import { type AgentRun, runAgent } from './run-agent.ts';

/** A model of each family, and the native routes that may serve it, the one of the richest API first. */
export interface Family {
  readonly family: string;
  readonly model: string;
  readonly routes: readonly [string, ...string[]];
}

export const claude: Family = {
  family: 'Claude',
  model: 'anthropic:claude-sonnet-4@20250514',
  routes: ['vertex-anthropic'],
};
export const gemini: Family = {
  family: 'Gemini',
  model: 'google:gemini-2.5-pro-preview-03-25',
  routes: ['vertex-gemini'],
};
export const gpt: Family = { family: 'GPT', model: 'openai:gpt-5.1', routes: ['openai-responses', 'openai-chat'] };

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the home folder by their paths in it. `HOME/` in them stands for the folder itself. */
  readonly home?: Readonly<Record<string, string>>;
}

/** A gateway before a simulator, a folder for an agent to work in, and nothing else in reach. */
export interface AgentBench {
  readonly origin: string;
  readonly key: string;
  readonly control: TestBench['simulator']['control'];
  /** The folder that the agent works in, empty at first. */
  readonly project: string;
  /** Runs an agent to its end: with a home of its own, and no network but this machine. */
  run(program: string, parameters: readonly string[], options?: RunOptions): Promise<AgentRun>;
  /** @returns a file of the project, or undefined */
  read(name: string): string | undefined;
  /** Addresses outside of this machine that agents asked for. */
  readonly strayed: readonly string[];
  /** Empties the project and forgets what the simulator was told. */
  reset(): void;
  close(): Promise<void>;
}

export async function startAgentBench(): Promise<AgentBench> {
  const bench = await startTestBench({ LOG_LEVEL: 'warn' });
  const outside: ForwardProxy = await startForwardProxy({ ports: {} });
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  const project = join(folder, 'project');
  mkdirSync(project);
  await bench.addCredential('one@example.com');
  await bench.admin('PATCH', `/models/${encodeURIComponent(gpt.model)}`, { enabled: true });
  const { key } = await bench.generateKey('agents');
  let homes = 0;
  return {
    origin: bench.origin,
    key,
    control: bench.simulator.control,
    project,
    async run(program, parameters, { environment = {}, home = {} } = {}) {
      homes += 1;
      const homePath = join(folder, `home-${homes}`);
      mkdirSync(join(homePath, 'tmp'), { recursive: true });
      for (const [path, text] of Object.entries(home)) {
        mkdirSync(dirname(join(homePath, path)), { recursive: true });
        writeFileSync(join(homePath, path), text.replaceAll('HOME/', `${homePath}/`));
      }
      return runAgent(program, parameters, {
        cwd: project,
        environment: {
          HOME: homePath,
          // Codex wants no home below the system's temporary folder.
          TMPDIR: join(homePath, 'tmp'),
          HTTP_PROXY: outside.origin,
          HTTPS_PROXY: outside.origin,
          NO_PROXY: '127.0.0.1,localhost',
          ...environment,
        },
      });
    },
    read: (name) => (existsSync(join(project, name)) ? readFileSync(join(project, name), 'utf8') : undefined),
    strayed: outside.asked,
    reset() {
      rmSync(project, { recursive: true, force: true });
      mkdirSync(project);
      bench.simulator.control.reset();
    },
    async close() {
      await bench.close();
      await outside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
