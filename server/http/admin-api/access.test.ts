import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminApi } from '../../../contract/index.ts';
import type { Route } from '../../../contract/route.ts';
import { type AdminApp, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

const routes = Object.entries(adminApi).flatMap(([noun, calls]) =>
  Object.entries(calls).map(([name, route]): [string, Route] => [`${noun}.${name}`, route]),
);
const pathOf = (route: Route) => route.path.replaceAll(/:[a-z]+/gi, 'some-id');
const isOpen = (route: Route) => route.access === 'public' || route.access === 'restricted';

let app: AdminApp;
let fresh: AdminApp;
let stranger: AdminClient;
let newcomer: AdminClient;

beforeAll(async () => {
  [app, fresh] = await Promise.all([startAdminApp(), startAdminApp({ passwordChangeRequired: true })]);
  stranger = createClient(app);
  newcomer = createClient(fresh);
  expect((await newcomer.login(password)).body).toMatchObject({ passwordChangeRequired: true });
});
afterAll(() => Promise.all([app.close(), fresh.close()]));

it('has a handler for every call of the contract', async () => {
  const client = createClient(app);
  await client.login(password);
  for (const [name, route] of routes) {
    const { status, body } = await client.call(route.method, pathOf(route));
    expect(body, name).not.toMatchObject({ error: { message: 'The admin API has no such call.' } });
    if (route.path === '/logout') await client.login(password);
    expect(status, name).not.toBe(500);
  }
});

describe('without a login', () => {
  it.each(routes.filter(([, route]) => route.access !== 'public'))('%s answers 401', async (_name, route) => {
    const name = `atlassian_proxy_session_${app.admin.devices.issuer}`;
    for (const cookie of [undefined, `${name}=`, `${name}=${'x'.repeat(43)}`]) {
      stranger.cookie = cookie;
      const answer = await stranger.call(route.method, pathOf(route), {
        body: route.method === 'GET' ? undefined : {},
      });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ error: { code: 'unauthenticated', message: expect.any(String) } });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('only the login is public', () => {
    expect(routes.filter(([, route]) => route.access === 'public').map(([name]) => name)).toEqual(['session.login']);
  });

  it.each(['/', '/nothing', '/keys/x/y', '//keys', '/%6beys', '/login/'])('%s tells nothing', async (path) => {
    stranger.cookie = undefined;
    expect((await stranger.call('GET', path)).status).toBe(401);
  });

  it('a large body is refused before it is read', async () => {
    stranger.cookie = undefined;
    const answer = await stranger.call('POST', '/settings/import', {
      body: { file: 'x'.repeat(3_000_000), passphrase: 'p' },
    });
    expect(answer.status).toBe(401);
  });
});

describe('while a password change is due', () => {
  it.each(routes.filter(([, route]) => !isOpen(route)))('%s answers 403', async (_name, route) => {
    const answer = await newcomer.call(route.method, pathOf(route), { body: route.method === 'GET' ? undefined : {} });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: { code: 'password_change_required' } });
  });

  it('only allows these calls', () => {
    expect(routes.filter(([, route]) => isOpen(route)).map(([name]) => name)).toEqual([
      'session.login',
      'session.logout',
      'session.get',
      'session.changePassword',
    ]);
  });
});

describe('an unknown call', () => {
  it('returns 404 in the contract’s format for the admin', async () => {
    const client = createClient(app);
    await client.login(password);
    const answer = await client.call('GET', '/nothing');
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });
});
