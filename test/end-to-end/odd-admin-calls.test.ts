import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { createSharedDatabase, hasPostgres } from '../support/shared-services.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';

/** Times and words that no console sends. Engines differ in what they store and compare. */
const reads = [
  '/usage?interval=minute&from=0&to=9007199254740991',
  '/usage?from=-9e15&to=9e15&interval=hour&zone=Pacific/Apia',
  '/usage?from=1e300&to=1e301',
  '/usage?from=8640000000000001&to=8640000000000002&interval=day&zone=Asia/Tokyo',
  '/usage?from=0.5&to=1.5',
  '/usage?from=5&to=1&stack=model&by=key&compare=true',
  '/usage?interval=day&zone=../../etc/passwd',
  '/usage?keys=%00&models=%27%22,%ED%A0%80',
  '/requests?from=1e20&to=1e300',
  '/requests?from=0.5&to=1e13&largest=cost',
  '/requests?search=%00',
  '/requests?search=%25%5C%5F%27%22',
  '/requests?models=__proto__,constructor,%00',
  '/requests/%00',
  '/keys/%00',
  '/audit?cursor=%00',
  '/requests/export?format=csv&from=-1e18',
  '/requests/export?format=jsonl&search=%00&to=1.5',
];

function checkAdminApi(environment: () => Promise<Record<string, string>>): void {
  let bench: TestBench;
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { cookie: await bench.cookie(), 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${bench.origin}/admin/api${path}`, { method, headers, ...sent });
    return { status: response.status, text: await response.text() };
  };
  beforeAll(async () => {
    bench = await startTestBench(await environment());
    await bench.addCredential('one@example.com');
    await (await bench.chat({ model, messages: [{ role: 'user', content: 'x' }] })).text();
  });
  afterAll(() => bench.close());

  it.each(reads)('answers or refuses %s', async (path) => {
    const { status, text } = await call('GET', path);
    expect(status, text.slice(0, 300)).toBeLessThan(500);
  });

  it('keeps or refuses names that no database likes, and shows them', async () => {
    const names = [
      'a\0b',
      '\ud800',
      '\u202eevil',
      '<img src=x>',
      '__proto__',
      "'; drop table keys; --",
      '\u{1F600}'.repeat(50),
    ];
    for (const [index, name] of names.entries()) {
      const answers = [
        await call('POST', '/keys', { name, limits: { models: [`${name}x`] } }),
        await call('POST', '/credentials', { email: `${index}@example.com`, token: 'ATATT-token', label: name }),
        await call('POST', '/models', { id: name }),
      ];
      for (const { status, text } of answers) expect(status, `${JSON.stringify(name)}: ${text}`).toBeLessThan(500);
    }
    for (const noun of ['keys', 'credentials', 'audit', 'models', 'settings', 'alerts', 'overview', 'sessions']) {
      expect((await call('GET', `/${noun}`)).status, noun).toBe(200);
    }
  });
}

describe('the admin API on SQLite', () => checkAdminApi(async () => ({})));

describe.skipIf(!hasPostgres)('the admin API on PostgreSQL', () =>
  checkAdminApi(async () => ({ DATABASE_URL: await createSharedDatabase() })),
);
