import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Finding, finding } from '../../contract/doctor.ts';
import { presets } from '../../simulator/presets.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { runCommand } from '../support/server-process.ts';

const email = 'jane.roe@acme-rockets.example';
const token = 'ATATT3xFfGF0-doctor-token-0123456789';
const report = z.object({ findings: z.array(finding.extend({ message: z.string(), advice: z.string().optional() })) });
let bench: TestBench;
let credentialId: string;

beforeAll(async () => {
  bench = await startTestBench();
  credentialId = await bench.addCredential(email, token);
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.simulator.control.reset();
});

const doctor = (options: readonly string[] = [], input = '', environment: Readonly<Record<string, string>> = {}) =>
  runCommand({
    arguments: ['doctor', ...options],
    input,
    environment: {
      DATA_DIR: bench.dataDir,
      ATLASSIAN_ORIGIN: bench.simulator.origin,
      PORT: new URL(bench.origin).port,
      ...environment,
    },
  });
const diagnose = async (options: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) => {
  const { code, stdout } = await doctor(['--json', ...options], '', environment);
  return { code, findings: report.parse(JSON.parse(stdout)).findings };
};
const lookUp = (findings: readonly Finding[], check: Finding['check'], subject?: string) =>
  findings.find((found) => found.check === check && (subject === undefined || found.subject === subject));
const modelRequests = () => bench.simulator.control.requests({ kind: 'model' });

describe('of a gateway in good health', () => {
  it('prints a line per check, and sends nothing that costs credits', async () => {
    const { code, stdout, stderr } = await doctor();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 16).replace(/ +/, ' ').trim())).toEqual(
      [
        'folder',
        'secret-key',
        'port',
        'proxy',
        'name',
        'origin',
        'clock',
        'database',
        'account',
        'credits',
        'site',
      ].map((check) => `ok ${check}`),
    );
    expect(stdout).toContain('used by the running gateway');
    expect(stdout + bench.log()).not.toContain(token);
    expect(modelRequests()).toEqual([]);
  });

  it('tells scripts the same in JSON', async () => {
    const { code, findings } = await diagnose();
    expect(code).toBe(0);
    expect(findings.every(({ state }) => state === 'good')).toBe(true);
    expect(lookUp(findings, 'account')).toMatchObject({ subject: email, message: 'the token is accepted' });
  });
});

describe('of one with problems', () => {
  it('says what is wrong, what to do, and fails', async () => {
    bench.simulator.control.setCredential(email, presets.invalid ?? {});
    const { code, stdout, stderr } = await doctor();
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'atlassian-proxy: 1 check failed\n' });
    expect(stdout).toMatch(/^FAIL {2}account {5}jane\.roe@acme-rockets\.example: Atlassian does not accept/m);
    expect(stdout).toContain('Create a new API token');
  });

  it('tells an account that may not use the models from one without credits', async () => {
    bench.simulator.control.setCredential(email, presets.blocked ?? {});
    expect(lookUp((await diagnose()).findings, 'account')).toMatchObject({ state: 'bad', code: 'account-blocked' });
    bench.simulator.control.setCredential(email, presets['rate-limited'] ?? {});
    const { code, findings } = await diagnose();
    expect(code).toBe(0);
    expect(lookUp(findings, 'credits')).toMatchObject({ state: 'warn', code: 'credits-empty' });
  });

  it('finds that the origin is not there', async () => {
    const environment = { ATLASSIAN_ORIGIN: 'http://127.0.0.1:9', NO_PROXY: '*' };
    const { code, findings } = await diagnose([], environment);
    expect(code).toBe(1);
    expect(lookUp(findings, 'origin')).toMatchObject({ state: 'bad', code: 'origin-failed' });
    expect(lookUp(findings, 'clock')?.code).toBe('clock-unknown');
  });

  it('finds a name that nobody knows', async () => {
    const { findings } = await diagnose([], { ATLASSIAN_ORIGIN: 'http://nobody.invalid' });
    expect(lookUp(findings, 'name')).toMatchObject({ state: 'bad', code: 'name-unknown' });
  });

  it('finds a folder that it cannot write to, and does not stop there', async () => {
    const { code, findings } = await diagnose([], { DATA_DIR: join(bench.dataDir, 'secret.key') });
    expect(code).toBe(1);
    expect(lookUp(findings, 'folder')).toMatchObject({ state: 'bad', code: 'folder-unwritable' });
    expect(lookUp(findings, 'origin')?.state).toBe('good');
    expect(lookUp(findings, 'database')).toMatchObject({ state: 'bad', code: 'database-failed' });
  });

  it('finds that another program has the port', async () => {
    const { findings } = await diagnose([], { PORT: new URL(bench.simulator.origin).port });
    expect(lookUp(findings, 'port')).toMatchObject({ state: 'bad', code: 'port-failed' });
  });

  it('finds that the secret key is not the one of the data', async () => {
    const { code, findings } = await diagnose([], { SECRET_KEY: 'another secret key of some length' });
    expect(code).toBe(1);
    expect(findings.some(({ check, state }) => state === 'bad' && ['secret-key', 'database'].includes(check))).toBe(
      true,
    );
  });

  it('says that no credential is there', async () => {
    await bench.admin('PATCH', `/credentials/${credentialId}`, { enabled: false });
    try {
      const { code, findings } = await diagnose();
      expect(code).toBe(1);
      expect(lookUp(findings, 'account')).toMatchObject({ state: 'bad', code: 'account-none' });
      expect(await doctor(['--routes', '--yes'])).toMatchObject({ code: 1 });
    } finally {
      await bench.admin('PATCH', `/credentials/${credentialId}`, { enabled: true });
    }
  });
});

describe('of the routes', () => {
  it.each(['', 'n\n', 'no idea\n'])('sends nothing when the answer to the costs is %j', async (input) => {
    const { code, stderr } = await doctor(['--routes'], input);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^This sends \d+ small requests with jane\.roe@acme-rockets\.example: about \$0\.\d{4} at list price\.\nSend them\? \[y\/N\] $/,
    );
    expect(modelRequests()).toEqual([]);
  });

  it('tries each once when it is yes', async () => {
    bench.simulator.control.setDefault({ 'door-unified': 'bare-429', 'door-bedrock-anthropic': 'html-403' });
    const { code, stdout, stderr } = await doctor(['--routes'], 'y\n');
    expect(code).toBe(0);
    const routes = modelRequests().map(({ route }) => route);
    expect(new Set(routes).size).toBe(routes.length);
    expect(stderr).toContain(`This sends ${routes.length} small requests`);
    expect(stdout).toMatch(/^ok {4}route {7}vertex-anthropic: answers \(.+, \d+ ms\)$/m);
    expect(stdout).toMatch(/^WARN {2}route {7}unified: does not answer: 429: /m);
    expect(stdout).toMatch(/^WARN {2}route {7}bedrock-anthropic: does not answer: 403: /m);
  });
});

describe('a capture', () => {
  const file = () => join(bench.dataDir, 'capture.jsonl');

  it('is written for its owner alone, once it was said what it costs', async () => {
    const refused = await doctor(['--capture', file()], 'n\n');
    expect(refused).toMatchObject({ code: 0 });
    expect(() => statSync(file())).toThrow('ENOENT');
    const { code, stdout } = await doctor(['--capture', file()], 'y\n');
    expect(code).toBe(0);
    expect(stdout).toContain(`${file()} was written. Read it before you share it.`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), 'utf8')).toMatch(/^\{"format":"atlassian-proxy-capture","version":1,/);
    // An existing file is not overwritten, and no request is sent.
    bench.simulator.control.clearRequests();
    const again = await doctor(['--capture', file(), '--yes']);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('EEXIST');
    expect(modelRequests()).toEqual([]);
    rmSync(file());
  });
});
