import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ForwardProxy, startForwardProxy } from '../../support/forward-proxy.ts';
import { startTestBench, type TestBench } from '../../support/gateway.ts';
import { type AgentRun, runAgent } from './run-agent.ts';

/** One model per family with its native routes, the richest API first. */
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
  /** Files in the home folder by path. `HOME/` in their content is replaced by the folder's path. */
  readonly home?: Readonly<Record<string, string>>;
}

/** A gateway with a simulator and a project folder for an agent, without any other network access. */
export interface AgentBench {
  readonly origin: string;
  readonly key: string;
  readonly control: TestBench['simulator']['control'];
  /** The agent's project folder; initially empty. */
  readonly project: string;
  /** Runs an agent with a separate home folder and no network beyond this machine. */
  run(program: string, parameters: readonly string[], options?: RunOptions): Promise<AgentRun>;
  /** @returns the content of a project file, or undefined */
  read(name: string): string | undefined;
  /** External addresses that agents tried to reach. */
  readonly strayed: readonly string[];
  /** Empties the project folder and resets the simulator. */
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
          // Codex refuses a home folder inside the system's temporary folder.
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
