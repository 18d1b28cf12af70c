import { readFileSync, writeFileSync } from 'node:fs';
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

/** With a key from a command, Codex reads the gateway's list of models, and offers apply_patch to them. */
function configure(model: string): string {
  return `
model = ${JSON.stringify(model)}
model_provider = "gateway"
check_for_update_on_startup = false

[model_providers.gateway]
name = "Gateway"
base_url = "${bench.origin}/v1"
wire_api = "responses"
auth = { command = "echo", args = [${JSON.stringify(bench.key)}] }

[analytics]
enabled = false

[features]
plugins = false
apps = false
remote_plugin = false
`;
}

function run(model: string, ...parameters: string[]) {
  const always = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
  return bench.run('@openai/codex/bin/codex.js', [...always, ...parameters], {
    home: { '.codex/config.toml': configure(model) },
  });
}

const journey = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
  required: ['city', 'days'],
  additionalProperties: false,
};

const patch = '*** Begin Patch\n*** Add File: hello.txt\n+Hello\n*** End Patch\n';

describe.each([claude, gemini, gpt])('Codex, with $family,', ({ model, routes }) => {
  /** Only OpenAI has free-text tools; for others the text is the function's only argument. */
  const written = model === gpt.model ? patch : { input: patch };

  it('creates a file by apply_patch, runs a command and says so', async () => {
    bench.control.script(
      calls('apply_patch', written),
      calls('exec_command', { cmd: 'cat hello.txt > copy.txt' }),
      done,
    );
    const answer = await run(model, 'Create hello.txt and copy it');
    expectServed(bench, answer, { routes, requests: 3 });
    expectFiles(bench, answer);
  });

  it('sends a picture', async () => {
    const path = join(bench.project, 'pixel.png');
    writeFileSync(path, Buffer.from(bluePixel, 'base64'));
    bench.control.script(done);
    expectServed(bench, await run(model, '--image', path, '--', 'Look'), { routes, requests: 1 });
    expect(bench.control.lastRequest().bodyText).toContain('image/png');
  });

  it('gets an answer by its schema', async () => {
    const schemaPath = join(bench.project, 'schema.json');
    const lastPath = join(bench.project, 'last.json');
    writeFileSync(schemaPath, JSON.stringify(journey));
    // OpenAI enforces schemas. The others cannot combine them with tools, so the schema is in the prompt and they
    // answer with a code fence.
    if (model !== gpt.model) bench.control.script({ text: '```json\n{"city":"Paris","days":3}\n```' });
    const parameters = ['--output-schema', schemaPath, '--output-last-message', lastPath, 'Plan a journey'];
    const answer = await run(model, ...parameters);
    expect(answer.code, answer.report).toBe(0);
    expect(JSON.parse(readFileSync(lastPath, 'utf8')), answer.report).toEqual({ city: expect.any(String), days: 3 });
    expect(bench.control.lastRequest().bodyText?.replaceAll('\\', '')).toContain('"minimum":3');
    expect(bench.strayed).toEqual([]);
  });
});
