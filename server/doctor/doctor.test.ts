import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checks, describeFinding, type Finding, finding } from '../../contract/doctor.ts';
import { findingAdvice, findingMessages } from '../../contract/doctor-words.ts';
import { Failure } from '../conversation/failure.ts';
import { createPool } from '../pool/pool.ts';
import type { CredentialTestResult } from '../pool/test-credential.ts';
import { MemoryCredentialStore } from '../pool/testing/memory-credential-store.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import { readCredentialTest } from './check-credential.ts';
import { checkFolder, checkPort, checkSecretKey } from './check-host.ts';
import { checkOrigin, type OriginSources } from './check-origin.ts';
import { createDoctor } from './doctor.ts';

const outcome = ({ check, state, code }: Finding) => `${state} ${check} ${code}`;
const say = (found: Finding) => Object.values(describeFinding(found)).join(' — ');

describe('words', () => {
  test('use only the finding’s parameters, and every finding has a check', () => {
    for (const code of Object.keys(findingMessages)) expect(checks.some((check) => code.startsWith(check))).toBe(true);
    for (const code of Object.keys(findingAdvice)) expect(findingMessages).toHaveProperty([code]);
  });
});

describe('the folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is good when writable, and the check leaves nothing behind', async () => {
    const found = await checkFolder(join(folder, 'new'), () => []);
    expect(found.map(outcome)).toEqual(['good folder folder-good']);
    expect(found.map(say)[0]).toMatch(/new can be written to; \d+\.\d GB free$/);
  });

  test('has a warning when its inspection finds one', async () => {
    const found = await checkFolder(folder, () => ['Others may write.']);
    expect(found.map(outcome)).toEqual(['good folder folder-good', 'warn folder folder-odd']);
  });

  test('is bad when it is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    const found = await checkFolder(file, () => []);
    expect(found.map(outcome)).toEqual(['bad folder folder-unwritable']);
    expect(found.map(say)[0]).toMatch(/cannot be written to: .+ — Give the folder to the user/);
  });
});

test('the secret key is present, has a warning, or cannot be loaded', () => {
  expect(checkSecretKey(() => ({ source: 'setting', warnings: [] })).map(say)).toEqual(['found in SECRET_KEY']);
  expect(checkSecretKey(() => ({ source: 'file', warnings: ['Others can read it.'] })).map(outcome)).toEqual([
    'good secret-key secret-key-good',
    'warn secret-key secret-key-odd',
  ]);
  const missing = checkSecretKey(() => {
    throw new Error('It is missing.\nat some place');
  });
  expect(missing.map(say)).toEqual([expect.stringMatching(/^failed: It is missing\. — Set SECRET_KEY/)]);
});

test('a port is free, the gateway’s own, or taken', async () => {
  const place = { host: '127.0.0.1', port: 8000 };
  const taken = () => Promise.reject(new Error('Port 8000 is in use.'));
  const check = async (require: () => Promise<void>, isOurs: boolean) =>
    outcome(await checkPort(place, require, async () => isOurs));
  expect(await check(async () => undefined, false)).toBe('good port port-free');
  expect(await check(taken, true)).toBe('good port port-ours');
  expect(await check(taken, false)).toBe('bad port port-failed');
});

describe('the way out', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  const noProxy = { http: undefined, https: undefined, exceptions: undefined };
  const healthy: OriginSources = {
    origin: 'https://api.atlassian.com',
    proxy: noProxy,
    resolveName: async () => '192.0.2.1',
    probeOrigin: async () => ({ status: 404, milliseconds: 12, date: now }),
    clock: () => now + 400,
  };
  const check = async (changes: Partial<OriginSources>) => checkOrigin({ ...healthy, ...changes });

  test('is good with any response', async () => {
    expect((await check({})).map(say)).toEqual([
      'none is set: connections are direct',
      'api.atlassian.com resolves to 192.0.2.1',
      'https://api.atlassian.com answers in 12 ms',
      'accurate to within 1 s',
    ]);
  });

  test('through a proxy is not resolved here, and the proxy password is not shown', async () => {
    const found = await check({
      proxy: { ...noProxy, https: 'http://jane:secret@proxy.example:3128' },
      resolveName: () => Promise.reject(new Error('unknown')),
    });
    expect(found.map(({ check }) => check)).toEqual(['proxy', 'origin', 'clock']);
    expect(found.map(say)[0]).toBe('connections go through http://proxy.example:3128');
    const [partly] = await check({ proxy: { ...noProxy, http: 'http://proxy.example:3128', exceptions: 'a.example' } });
    expect(partly && say(partly)).toBe('connections go through http://proxy.example:3128, except to a.example');
  });

  test('is bad without a name or a response, with the remedy', async () => {
    const found = await check({
      resolveName: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')),
      probeOrigin: () => Promise.reject(new Failure('upstream-unavailable', 'The certificate is not trusted.')),
    });
    expect(found.map(outcome)).toEqual([
      'good proxy proxy-none',
      'bad name name-unknown',
      'bad origin origin-failed',
      'warn clock clock-unknown',
    ]);
    expect(found.map(say).join('\n')).toMatch(/certificate is not trusted\. — .+NODE_EXTRA_CA_CERTS/);
  });

  test.each([
    [29_000, 'good clock clock-good'],
    [90_000, 'warn clock clock-fast'],
    [-90_000, 'warn clock clock-slow'],
    [301_000, 'bad clock clock-fast'],
  ])('a clock that is %d ms off is %s', async (off, expected) => {
    expect((await check({ clock: () => now + off })).map(outcome)).toContain(expected);
  });
});

describe('a credential', () => {
  const good: CredentialTestResult = {
    ok: true,
    status: 200,
    message: 'The account works.',
    milliseconds: 5,
    credits: { checkedAt: 0, status: 'ok', monthlyTotal: 2000, monthlyRemaining: 12 },
    sites: [{ cloudId: 'c1', url: 'https://a.example', hasActivePlan: true, isTrial: false }],
  };
  const unanswered: CredentialTestResult = {
    ok: false,
    message: 'No answer came.',
    milliseconds: 5,
    credits: null,
    sites: [],
  };
  test.each<[string, CredentialTestResult, string | null, string[]]>([
    ['good', good, null, ['good account account-good', 'good credits credits-left', 'good site site-good']],
    [
      'a refused token',
      { ...good, ok: false, status: 401, credits: null, sites: [] },
      null,
      ['bad account account-refused'],
    ],
    [
      'a blocked account',
      { ...good, credits: { checkedAt: 0, status: 'blocked', message: 'USER_BLOCKED' } },
      null,
      ['bad account account-blocked'],
    ],
    ['no answer', unanswered, null, ['bad account account-unknown']],
    [
      'no credits',
      { ...good, credits: { checkedAt: 0, status: 'ok', monthlyTotal: 5, monthlyRemaining: 0 } },
      null,
      ['good account account-good', 'warn credits credits-empty', 'good site site-good'],
    ],
    [
      'another’s site',
      good,
      'c2',
      ['good account account-good', 'good credits credits-left', 'warn site site-foreign'],
    ],
    [
      'a site without a plan',
      { ...good, sites: [{ cloudId: 'c1', url: '', hasActivePlan: false, isTrial: false }] },
      'c1',
      ['good account account-good', 'good credits credits-left', 'warn site site-without-plan'],
    ],
    [
      'no sites',
      { ...good, credits: { checkedAt: 0, status: 'ok' }, sites: [] },
      null,
      ['good account account-good', 'good credits credits-unknown', 'good site site-none'],
    ],
  ])('%s', (_what, result, cloudId, expected) => {
    const found = readCredentialTest('mine', cloudId, result);
    expect(found.map(outcome)).toEqual(expected);
    for (const one of found) expect(finding.parse(one)).toEqual({ ...one, subject: 'mine' });
  });
});

describe('all together', () => {
  const clockIsRight: Finding = { check: 'clock', state: 'good', code: 'clock-good', parameters: { seconds: '1' } };

  async function openPool(count: number) {
    const accounts = { checkCredits: async () => ({ status: 'ok' as const }), listSites: async () => [] };
    const settings = () => defaultSettings().pool;
    const pool = await createPool({ store: new MemoryCredentialStore(), settings, accounts });
    for (let index = 0; index < count; index += 1) {
      await pool.add({ email: `${index}@example.com`, token: `ATATT-token-of-some-length-${index}` });
    }
    return pool;
  }

  test('checks without data run even if the data cannot be opened', async () => {
    const doctor = createDoctor({
      host: [async () => [clockIsRight]],
      open: () => Promise.reject(new Error('The file is no database.')),
    });
    const found: Finding[] = [];
    await doctor.check((one) => found.push(one));
    expect(found.map(outcome)).toEqual(['good clock clock-good', 'bad database database-failed']);
    await expect(doctor.planRoutes()).rejects.toThrow('The file is no database.');
  });

  test('each of many credentials is tested, some in parallel, and reported in order', async () => {
    const pool = await openPool(20);
    let [running, most] = [0, 0];
    const doctor = createDoctor({
      host: [],
      open: async () => ({
        engine: 'SQLite',
        credentials: () => pool.list(),
        async test(id, signal) {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return pool.test(id, signal);
        },
        planRoutes: () => [],
        tryRoute: () => Promise.reject(new Error('not asked for')),
      }),
    });
    const found: Finding[] = [];
    await doctor.check((one) => found.push(one));
    const tested = found.filter(({ check }) => check === 'account').map(({ subject }) => subject);
    expect(tested).toEqual(pool.list().map(({ credential }) => credential.email));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
    await pool.close();
  });
});
