import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AdminApp, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

let app: AdminApp;
let client: AdminClient;

beforeAll(async () => {
  app = await startAdminApp();
  client = createClient(app);
  await client.login(password);
});
afterAll(() => app.close());

const secretUrl = 'https://hooks.slack.example/services/T000/B000/very-secret-words';

async function addSlack(name: string): Promise<string> {
  const body = { kind: 'slack', name, values: { url: secretUrl, constructor: 'ignored', other: 'ignored' } };
  return z.object({ id: z.string() }).parse((await client.call('POST', '/alerts/channels', { body })).body).id;
}

describe('alerts', () => {
  it('go to channels that can be added, changed, tested and removed', async () => {
    const id = await addSlack('Team');
    const shown = await client.call('GET', '/alerts');
    expect(shown.body).toMatchObject({
      channels: [
        { id, kind: 'slack', name: 'Team', enabled: true, values: { url: 'https://hooks.slack.example/…ords' } },
      ],
      settings: { language: 'en', quietMinutes: 360, allowPrivate: false },
      sent: [],
    });
    const changed = await client.call('PATCH', `/alerts/channels/${id}`, { body: { name: 'Owners', enabled: false } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Owners', enabled: false } });
    const tried = await client.call('POST', `/alerts/channels/${id}/test`);
    expect(tried.body).toEqual({ ok: true, message: 'Atlassian Proxy: test by Owners' });
    expect((await client.call('GET', '/alerts')).body).toMatchObject({ sent: [{ channel: 'Owners', ok: true }] });
    expect((await client.call('DELETE', `/alerts/channels/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['DELETE', `/alerts/channels/${id}`],
      ['PATCH', `/alerts/channels/${id}`],
      ['POST', `/alerts/channels/${id}/test`],
    ] as const) {
      expect((await client.call(method, path, method === 'PATCH' ? { body: {} } : {})).status).toBe(404);
    }
  });

  it('have rules, a language and a quiet time', async () => {
    const body = { language: 'zh-CN', quietMinutes: 5, rules: { credits: { enabled: false, below: 25 } } };
    const edited = await client.call('PATCH', '/alerts', { body });
    expect(edited.body).toMatchObject({ ...body, rules: { ...body.rules, tokenInvalid: { enabled: true } } });
    expect((await client.call('PATCH', '/alerts', { body: { quietMinutes: 0 } })).status).toBe(400);
  });

  it('name the invalid value, and never show a secret in responses, log, audit log or database', async () => {
    const wrong = await client.call('POST', '/alerts/channels', {
      body: { kind: 'slack', name: 'x', values: { url: 'x' } },
    });
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'invalid_input', field: 'values.url' } } });
    await addSlack('Secret');
    const answers = await Promise.all(['/alerts', '/audit', '/settings'].map((path) => client.call('GET', path)));
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('very-secret-words');
    expect(app.log()).not.toContain('very-secret-words');
    expect(JSON.stringify(await app.store.settings.load())).not.toContain('very-secret-words');
    expect((await app.store.alerts.load()).channels.at(-1)?.values).toEqual({ url: secretUrl });
  });
});
