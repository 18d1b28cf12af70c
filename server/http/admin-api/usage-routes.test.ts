import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { packRecords } from '../../ledger/packed-record.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';
import { csvLine } from './csv.ts';
import { type AdminApp, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;
const now = Date.now();

const record = (index: number, changes: Partial<UsageRecord> = {}): UsageRecord => ({
  id: `request-${String(index).padStart(3, '0')}`,
  startedAt: now - 1000 + index,
  keyId: 'key-1',
  keyName: 'mine',
  credentialId: 'credential-1',
  credentialLabel: 'first',
  dialect: 'openai-chat',
  model: 'a:model',
  upstreamModel: 'model',
  stream: false,
  status: 200,
  outcome: 'success',
  failureKind: null,
  failureMessage: null,
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  usageEstimated: false,
  cost: 0.5,
  cacheSaved: 0.25,
  conversation: null,
  queueTime: 0,
  firstTokenTime: 100,
  totalTime: 200,
  clientAddress: '10.0.0.1',
  userAgent: 'curl',
  attempts: [],
  warnings: [],
  content: null,
  ...changes,
});

const attempt = {
  credentialId: 'credential-1',
  credentialLabel: 'first',
  model: 'a:model',
  route: 'unified',
  reason: 'round-robin',
  startedAt: now,
  milliseconds: 10,
  waited: 0,
  status: 429,
  outcome: 'rate',
  skipped: [{ credentialId: 'credential-2', credentialLabel: 'second', reason: 'cooling' }],
};

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

describe('the overview', () => {
  it('starts with a checklist', async () => {
    expect((await client.call('GET', '/overview')).body).toMatchObject({
      checklist: { passwordChanged: true, hasCredential: false, hasKey: false, hasRequest: false },
      pool: { ready: 0, waiting: 0 },
      credits: { total: null, remaining: null, ratePerHour: null, emptyAt: null },
      lastHour: { requests: 0, cost: 0, latencyMean: null },
    });
  });

  it('counts usage', async () => {
    const day = 86_400_000;
    await app.pool.add({ email: 'a@example.com', token: goodToken, tokenExpiresAt: now + 9 * day });
    await app.pool.add({ email: 'b@example.com', token: goodToken, tokenExpiresAt: now + 99 * day });
    await app.keys.generate({ name: 'mine' });
    await app.store.usage.append(
      packRecords([
        ...Array.from({ length: 5 }, (_, index) => record(index)),
        record(5, {
          outcome: 'failure',
          status: 429,
          failureKind: 'rate-limited',
          failureMessage: '=cmd|" /C calc"!A0',
          userAgent: '+SUM(1,2)',
          keyName: '-1',
          cost: null,
          attempts: [{ ...attempt, givenUp: { inputTokens: 7, outputTokens: 1, cost: 0.125 } }],
        }),
      ]),
    );
    expect((await client.call('GET', '/overview')).body).toMatchObject({
      checklist: { passwordChanged: true, hasCredential: true, hasKey: true, hasRequest: true },
      pool: { ready: 2 },
      expiringTokens: [{ name: 'a@example.com', at: now + 9 * day }],
      lastHour: { requests: 6, failures: 1, inputTokens: 60, cost: 2.5, latencyMean: 200 },
      last24Hours: { requests: 6, attempts: 1, givenUpTokens: 8, givenUpCost: 0.125 },
    });
  });
});

describe('usage', () => {
  it('is summed per interval and per value of a dimension', async () => {
    const { body } = await client.call(
      'GET',
      `/usage?interval=hour&by=status&from=${now - 3_600_000}&to=${now + 3_600_000}`,
    );
    expect(body).toMatchObject({
      totals: { requests: 6 },
      groups: [
        { value: '200', requests: 5 },
        { value: '429', requests: 1 },
      ],
    });
    const { series } = z.object({ series: z.array(z.looseObject({ start: z.number() })) }).parse(body);
    expect(series.length).toBeGreaterThanOrEqual(2);
  });

  it('is filtered; an empty list is no filter', async () => {
    const requestsOf = async (query: string) =>
      z.object({ totals: z.object({ requests: z.number() }) }).parse((await client.call('GET', `/usage?${query}`)).body)
        .totals.requests;
    expect(await requestsOf('interval=day&models=a:model,b:model')).toBe(6);
    expect(await requestsOf('interval=day&models=b:model')).toBe(0);
    expect(await requestsOf('interval=day&models=&keys=')).toBe(6);
  });

  it.each(['interval=year', 'by=colour', 'from=yesterday', 'from=1&from=2'])('is refused for %s', async (query) => {
    expect((await client.call('GET', `/usage?${query}`)).status).toBe(400);
  });
});

describe('the request log', () => {
  const page = z.object({ requests: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
  const list = async (query: string) => page.parse((await client.call('GET', `/requests?${query}`)).body);

  it('pages, newest first', async () => {
    const first = await list('limit=4');
    const second = await list(`limit=4&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    expect([...first.requests, ...second.requests].map(({ id }) => id)).toEqual(
      [5, 4, 3, 2, 1, 0].map((index) => `request-00${index}`),
    );
    expect(second.nextCursor).toBeNull();
    expect(first.requests[0]).not.toHaveProperty('attempts');
    expect(first.requests[0]).toMatchObject({ attemptCount: 1, cost: null });
  });

  it('is filtered by outcome and searched', async () => {
    expect((await list('outcome=failure')).requests).toHaveLength(1);
    expect((await list('search=request-003')).requests).toMatchObject([{ id: 'request-003' }]);
    expect((await list('keys=key-2')).requests).toEqual([]);
  });

  it('shows a request with its attempts', async () => {
    const { body } = await client.call('GET', '/requests/request-005');
    expect(body).toMatchObject({
      id: 'request-005',
      attemptCount: 1,
      attempts: [attempt],
      warnings: [],
      content: null,
    });
    expect((await client.call('GET', '/requests/none')).status).toBe(404);
  });

  it.each(['limit=201', 'cursor=nonsense', 'outcome=odd', `search=${'x'.repeat(201)}`])('refuses %s', async (query) => {
    const answer = await client.call('GET', `/requests?${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', field: query.split('=')[0] } },
    });
  });
});

describe('the export', () => {
  it('is CSV in which a spreadsheet runs no formulas', async () => {
    const { status, headers, text } = await client.call('GET', '/requests/export?format=csv');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="requests-\d{4}-\d\d-\d\d\.csv"$/),
    });
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^\uFEFFid,startedAt,keyId,keyName/);
    expect(lines[1]).toContain(`request-005,${new Date(now - 995).toISOString()},key-1,"'-1",`);
    expect(lines[1]).toContain(`,"'=cmd|"" /C calc""!A0",`);
    expect(lines[1]).toContain(`,"'+SUM(1,2)"`);
  });

  it('has one JSON object per line', async () => {
    const { headers, text } = await client.call('GET', '/requests/export?format=jsonl&outcome=success');
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const records = text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records).toHaveLength(5);
    expect(records[0]).toMatchObject({ id: 'request-004', inputTokens: 10, stream: false });
  });
});

describe('csvLine', () => {
  it.each(['=1', '+1', '-1', '@x', '\t=1', ' =1', '\r=1', '|x', '%x', '＝1', '＋1', '－1', '＠x', ' ＝1'])(
    'disarms %j',
    (text) => {
      expect(csvLine([text])).toBe(`"'${text}"\r\n`);
    },
  );

  it('leaves other text unchanged, quoted where necessary', () => {
    expect(csvLine(['a', 'a,b', 'a"b', 'a\nb', -1, 1.5, true, null, ''])).toBe(
      'a,"a,b","a""b","a\nb",-1,1.5,true,,\r\n',
    );
  });
});

// Runs last because it adds a record.
describe('the request log by size', () => {
  const page = z.object({ requests: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
  const list = async (query: string) => page.parse((await client.call('GET', `/requests?${query}`)).body);

  it('pages by size, and new records do not shift the pages', async () => {
    const first = await list('largest=duration&limit=4');
    await app.store.usage.append(packRecords([record(9, { startedAt: Date.now() + 1000, totalTime: 99_999 })]));
    const second = await list(`largest=duration&limit=4&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    const ids = [...first.requests, ...second.requests].map(({ id }) => id);
    expect([...ids].sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `request-00${index}`));
    expect(second.nextCursor).toBeNull();
    expect((await client.call('GET', '/requests?largest=cost&cursor=1.x')).status).toBe(400);
    expect((await client.call('GET', '/requests?largest=age')).status).toBe(400);
  });
});
