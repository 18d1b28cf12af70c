import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../conversation/failure.ts';
import { TriedEndpoints } from '../../pool/pool.ts';
import { type AdminApp, goodToken, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

/** Makes the next credential cool down. */
async function coolOne(seconds: number): Promise<void> {
  const endpoints = [{ route: 'any', upstreamModel: 'any' }];
  const request = { endpoints, exclude: new TriedEndpoints(), signal: new AbortController().signal };
  const lease = await app.pool.lease({ ...request, deadline: Date.now() + 5000 });
  const failure = new Failure('rate-limited', 'Too many.', {
    fault: 'rate',
    scope: 'account',
    retryAfterSeconds: seconds,
  });
  lease.release({ type: 'failure', failure });
}

it('counts credentials by standing, and tells when the first one is back', async () => {
  expect((await client.call('GET', '/status')).body).toMatchObject({ standings: {}, nextReadyAt: null });
  for (const name of ['a', 'b', 'c']) {
    await app.pool.add({ email: `${name}@example.com`, token: goodToken });
  }
  const [, , third] = app.pool.list();
  await app.pool.edit(third?.credential.id ?? '', { enabled: false });
  const now = Date.now();
  await coolOne(600);
  await coolOne(120);
  const { body } = await client.call('GET', '/status');
  expect(body).toMatchObject({
    standings: { rate: 2, disabled: 1 },
    pool: { ready: 0, cooling: 2, disabled: 1 },
    nextReadyAt: expect.any(Number),
  });
  const { nextReadyAt } = z.object({ nextReadyAt: z.number() }).parse(body);
  expect(nextReadyAt).toBeGreaterThan(now + 100_000);
  expect(nextReadyAt).toBeLessThan(now + 140_000);
});
