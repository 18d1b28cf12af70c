import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AgentBench, claude, gemini, gpt, startAgentBench } from './support/agent-bench.ts';
import { bluePixel, calls, done, expectFiles, expectServed } from './support/steps.ts';

let bench: AgentBench;
beforeAll(async () => {
  bench = await startAgentBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

function run(prompt: string, model: string | undefined) {
  return bench.run('claude', ['-p', prompt, '--dangerously-skip-permissions'], {
    environment: {
      ANTHROPIC_BASE_URL: bench.origin,
      ANTHROPIC_AUTH_TOKEN: bench.key,
      ...(model !== undefined && { ANTHROPIC_MODEL: model }),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      // Root may skip permissions only in a sandbox.
      IS_SANDBOX: '1',
    },
  });
}

describe.each([claude, gemini, gpt])('Claude Code, with $family,', ({ model, routes }) => {
  it('creates a file, looks at it and says so', async () => {
    const path = join(bench.project, 'hello.txt');
    bench.control.script(
      calls('Write', { file_path: path, content: 'Hello\n' }),
      calls('Bash', { command: 'cat hello.txt > copy.txt', description: 'Copy the file' }),
      done,
    );
    const answer = await run('Create hello.txt and copy it', model);
    expectServed(bench, answer, { routes, requests: 3 });
    expectFiles(bench, answer);
  });

  it('shows a picture that a tool read', async () => {
    const path = join(bench.project, 'pixel.png');
    writeFileSync(path, Buffer.from(bluePixel, 'base64'));
    bench.control.script(calls('Read', { file_path: path }), done);
    expectServed(bench, await run('Look at pixel.png', model), { routes, requests: 2 });
    expect(bench.control.lastRequest().bodyText).toMatch(/image\/(png|jpeg|webp)/);
  });
});

describe('Claude Code', () => {
  it('is served under its own name for a model, with its cache breakpoints', async () => {
    bench.control.script(calls('Bash', { command: 'touch made.txt', description: 'Make a file' }), done);
    expectServed(bench, await run('Make a file', undefined), { routes: claude.routes, requests: 2, refused: 1 });
    expect(bench.read('made.txt')).toBe('');
    expect(bench.control.lastRequest().bodyText).toContain('"cache_control":{"type":"ephemeral"');
  });
});
