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

const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

function run(prompt: string, model: string) {
  return bench.run('gemini', ['-m', model, '--yolo', '-p', prompt], {
    environment: {
      GOOGLE_GEMINI_BASE_URL: bench.origin,
      GEMINI_API_KEY: bench.key,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    },
    home: { '.gemini/settings.json': JSON.stringify(settings) },
  });
}

describe.each([gemini, claude, gpt])('gemini-cli, with $family,', ({ model, routes }) => {
  it('creates a file, runs a command and says so', async () => {
    bench.control.script(
      calls('write_file', { file_path: join(bench.project, 'hello.txt'), content: 'Hello\n' }),
      calls('run_shell_command', { command: 'cat hello.txt > copy.txt' }),
      done,
    );
    const answer = await run('Create hello.txt and copy it', model);
    expectServed(bench, answer, { routes, requests: 3 });
    expectFiles(bench, answer);
  });
});
