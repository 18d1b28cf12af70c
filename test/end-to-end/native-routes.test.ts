import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtinModels } from '../../server/catalogue/models.ts';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { adminPassword } from '../support/gateway.ts';
import { runCommand, runProgram, ServerProcess } from '../support/server-process.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const readmeLine = /^curl -X POST http:\/\/localhost:8000\/v1\/chat\/completions [\s\S]*?'$/m.exec(readme)?.[0] ?? '';
const seeds = builtinModels.slice(0, 11).map(({ id }) => id);
const claude = seeds.filter((id) => id.includes('claude'));
const question = '你好，世界！';

/** The upstream's unified route refuses all requests, as it has since mid-2025; later, other routes do too. */
describe('a fresh installation, when the upstream’s unified route refuses everybody', () => {
  let simulator: Simulator;
  let server: ServerProcess;
  let dataDir: string;
  let key = '';

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'native-routes-'));
    simulator = await startSimulator();
    const environment = { DATA_DIR: dataDir, ATLASSIAN_ORIGIN: simulator.origin, ADMIN_PASSWORD: adminPassword };
    server = await ServerProcess.serve(environment);
    for (const email of ['one@example.com', 'two@example.com']) {
      const added = await runCommand({
        arguments: ['credentials', 'add', '--email', email],
        input: 'ATATT3xFfGF0-the-token-of-the-walk\n',
        environment,
      });
      expect(added.code).toBe(0);
    }
    const created = await runCommand({ arguments: ['keys', 'create', '--name', 'mine', '--json'], environment });
    key = z.object({ key: z.string() }).parse(JSON.parse(created.stdout)).key;
  });
  afterAll(async () => {
    await server.stop('SIGKILL');
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** The README's command with a different address, key and model. */
  async function curl(model: string, stream: boolean): Promise<string> {
    const line = readmeLine
      .replace('curl ', 'curl -sS ')
      .replace('http://localhost:8000', server.origin)
      .replace('YOUR_GENERATED_API_KEY', key)
      .replace(/"model": "[^"]+"/, `"model": "${model}"${stream ? ', "stream": true' : ''}`);
    expect(line).toContain(`"model": "${model}"`);
    const { code, stdout, stderr } = await runProgram('sh', ['-c', line]);
    expect([code, stderr]).toEqual([0, '']);
    return (stream ? readChatStream(stdout) : readChatCompletion(stdout)).choices[0]?.text ?? '';
  }

  async function credentialStates(): Promise<unknown> {
    const login = await fetch(`${server.origin}/admin/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: adminPassword }),
    });
    const cookie = login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    const response = await fetch(`${server.origin}/admin/api/credentials`, { headers: { cookie } });
    const list = z.object({ credentials: z.array(z.object({ state: z.object({ name: z.string() }) })) });
    return list.parse(await response.json()).credentials.map(({ state }) => state.name);
  }

  const answeredBy = () => [
    ...new Set(
      simulator.control
        .requests({ kind: 'model', outcome: 'completed' })
        .filter(({ status }) => status === 200)
        .map(({ route }) => route),
    ),
  ];

  it.each(seeds)('%s answers the README’s line, streamed and not', async (model) => {
    simulator.control.setDefault({ 'door-unified': 'bare-429' });
    simulator.control.clearRequests();
    expect(await curl(model, false)).toBe(`You said: ${question}`);
    expect(await curl(model, true)).toBe(`You said: ${question}`);
    expect(answeredBy()).not.toContain('unified');
  });

  it.each(claude)('%s answers by Bedrock when Vertex is shut too', async (model) => {
    simulator.control.setDefault({ 'door-unified': 'bare-429', 'door-vertex-anthropic': 'shut' });
    simulator.control.clearRequests();
    expect(await curl(model, false)).toBe(`You said: ${question}`);
    expect(await curl(model, true)).toBe(`You said: ${question}`);
    expect(answeredBy()).toEqual(['bedrock-anthropic']);
  });

  it('has counted none of it against a credential', async () => {
    expect(await credentialStates()).toEqual(['ready', 'ready']);
  });
});
