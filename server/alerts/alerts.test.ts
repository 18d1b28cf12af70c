import { describe, expect, it, vi } from 'vitest';
import type { AlertStore, StoredChannel } from './alert-store.ts';
import { type AlertsOptions, createAlerts } from './alerts.ts';
import { ChannelUnusable } from './channel-values.ts';
import type { Delivery } from './deliver.ts';
import type { Facts } from './find-conditions.ts';
import { credential, facts, start } from './testing/facts.ts';
import type { AlertMessage } from './write-message.ts';

const minute = 60_000;

function createMemoryStore(): AlertStore {
  let channels: readonly StoredChannel[] = [];
  let settings: unknown;
  let memory: unknown;
  return {
    load: async () => ({ channels, unknownChannels: 0, settings, memory }),
    async saveChannels(saved) {
      channels = saved;
    },
    async saveSettings(saved) {
      settings = saved;
    },
    async saveMemory(saved) {
      memory = JSON.parse(JSON.stringify(saved));
    },
  };
}

const refused = { name: 'invalid', cause: 'token' } as const;

function setUp(options: Partial<AlertsOptions> = {}) {
  const world = {
    now: start,
    facts: facts({ credentials: [credential('ok'), credential('mei.lin', { state: refused })] }) as Facts,
    works: true,
    hasDuty: true,
  };
  const sent: { channel: string; id: string; message: AlertMessage; allowPrivate: boolean }[] = [];
  let ids = 0;
  const store = options.store ?? createMemoryStore();
  const alerts = createAlerts({
    store,
    readFacts: async () => ({ ...world.facts, now: world.now }),
    deliver: async ({ name }, message, id, { allowPrivate }) => {
      sent.push({ channel: name, id, message, allowPrivate });
      return world.works ? { ok: true, message: 'Sent.' } : { ok: false, message: 'HTTP 500' };
    },
    claimDuty: async () => world.hasDuty,
    link: 'https://gate.example/admin/',
    newId: () => `id-${++ids}`,
    clock: () => world.now,
    warn: () => undefined,
    ...options,
  });
  const lines = () => sent.map(({ message }) => message.lines);
  return { alerts, world, sent, lines, store };
}

const hook = { kind: 'webhook', name: 'hook', values: { url: 'https://a.example/hook/secret-part-of-it' } } as const;

describe('alerts', () => {
  it('reach every enabled channel once', async () => {
    const { alerts, sent, lines } = setUp();
    await alerts.add(hook);
    const second = await alerts.add({ ...hook, name: 'second' });
    await alerts.add({ ...hook, name: 'third' });
    await alerts.change(second.id, { enabled: false });
    await alerts.check();
    await alerts.check();
    expect(sent.map(({ channel }) => channel)).toEqual(['hook', 'third']);
    expect(lines()[0]).toEqual([
      'Atlassian rejects the token of “m…n@example.com”. Replace it on the Credentials page.',
    ]);
    expect(sent[0]?.message).toMatchObject({
      level: 'bad',
      title: 'Atlassian Proxy: alert',
      link: 'https://gate.example/admin/',
    });
    expect((await alerts.view()).sent.map(({ ok, channel }) => [ok, channel])).toEqual([
      [true, 'third'],
      [true, 'hook'],
    ]);
  });

  it('use the admin’s language and time zone, and report the end', async () => {
    const { alerts, world, sent } = setUp();
    await alerts.add(hook);
    await alerts.edit({ language: 'zh-CN', timeZone: 'Asia/Shanghai' });
    const until = start + 5 * minute;
    world.facts = facts({ credentials: [credential('a', { state: { name: 'cooling', cause: 'rate', until } })] });
    await alerts.check();
    expect(sent).toEqual([]);
    world.now += minute;
    await alerts.check();
    expect(sent[0]?.message).toMatchObject({ title: 'Atlassian Proxy：告警', level: 'bad' });
    expect(sent[0]?.message.lines[0]).toMatch(/^1 个凭证中只有 0 个可用。最早 2026年6月1日.*20:05 恢复。$/);
    world.facts = facts({ credentials: [credential('a')] });
    await alerts.check();
    expect(sent[1]?.message).toMatchObject({ type: 'ended', level: 'good', lines: ['可用凭证已恢复。'] });
  });

  it('stay quiet after a restart, and repeat after the quiet time', async () => {
    const first = setUp();
    await first.alerts.add(hook);
    await first.alerts.edit({ quietMinutes: 30 });
    await first.alerts.check();
    const { alerts, world, sent } = setUp({ store: first.store });
    world.now += 29 * minute;
    await alerts.check();
    expect(sent).toEqual([]);
    world.now += minute;
    await alerts.check();
    expect(sent).toHaveLength(1);
  });

  it('are sent as one message if they occur together', async () => {
    const { alerts, world, sent } = setUp();
    await alerts.add(hook);
    const many = Array.from({ length: 30 }, (_, index) =>
      credential(`c${index}`, { label: `C ${index}`, state: refused }),
    );
    world.facts = facts({ credentials: [credential('ok'), ...many] });
    await alerts.check();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.message.title).toBe('Atlassian Proxy: 30 alerts');
    expect(sent[0]?.message.lines).toHaveLength(21);
    expect(sent[0]?.message.lines[20]).toBe('… and 10 more');
  });

  it('are retried with the same id, and finally dropped', async () => {
    const { alerts, world, sent } = setUp();
    await alerts.add(hook);
    world.works = false;
    for (let passed = 0; passed < 120; passed += 1) {
      await alerts.check();
      world.now += minute;
    }
    expect(sent.length).toBe(4);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect((await alerts.view()).sent[0]).toMatchObject({ ok: false, message: 'HTTP 500', channel: 'hook' });
  });

  it('are reported when the first channel is added, and only by the replica with the duty', async () => {
    const { alerts, world, sent } = setUp();
    await alerts.check();
    await alerts.add(hook);
    world.hasDuty = false;
    await alerts.check();
    expect(sent).toEqual([]);
    world.hasDuty = true;
    await alerts.check();
    expect(sent).toHaveLength(1);
  });

  it.each(['cannot be written', 'does not respond'])(
    'tell once that the database %s, and when it is back',
    async (what) => {
      const { alerts, world, lines, store } = setUp();
      await alerts.add(hook);
      await alerts.check();
      const working = { ...store };
      const fail = async () => {
        throw new Error('The database is gone.');
      };
      store.saveMemory = fail;
      if (what === 'does not respond') store.load = fail;
      const isComplete = what !== 'does not respond';
      const { credentials } = world.facts;
      world.facts = facts({
        credentials: isComplete ? credentials : [],
        storageTrouble: 'The disk is full.',
        isComplete,
      });
      for (let turn = 0; turn < 3; turn += 1) await expect(alerts.check()).rejects.toThrow('gone');
      Object.assign(store, working);
      world.facts = facts({ credentials });
      for (let turn = 0; turn < 3; turn += 1) await alerts.check();
      expect(lines()).toEqual([
        ['Atlassian rejects the token of “m…n@example.com”. Replace it on the Credentials page.'],
        ['Changes cannot be stored: The disk is full.'],
        ['Changes can be stored again.'],
      ]);
    },
  );

  it('can be edited while a server does not respond', async () => {
    const { promise: answered, resolve } = Promise.withResolvers<Delivery>();
    const deliver = vi.fn(() => answered);
    const { alerts } = setUp({ deliver });
    const { id } = await alerts.add(hook);
    const checking = alerts.check();
    await vi.waitFor(() => expect(deliver).toHaveBeenCalledOnce());
    expect(await alerts.change(id, { enabled: false })).toMatchObject({ enabled: false });
    resolve({ ok: true, message: 'Sent.' });
    await checking;
  });

  it('can be tested, whether or not private addresses are allowed', async () => {
    const { alerts, sent } = setUp();
    const { id } = await alerts.add(hook);
    await alerts.change(id, { enabled: false });
    expect(await alerts.test(id)).toEqual({ ok: true, message: 'Sent.' });
    await alerts.edit({ allowPrivate: true });
    await alerts.test(id);
    expect(sent.map(({ message, allowPrivate }) => [message.type, allowPrivate])).toEqual([
      ['test', false],
      ['test', true],
    ]);
    expect(await alerts.test('other')).toBeUndefined();
  });
});

describe('channels', () => {
  it('never show their secrets again, and keep them when other values change', async () => {
    const { alerts, store } = setUp();
    const values = {
      host: 'mail.example',
      port: '465',
      security: 'tls',
      user: 'me',
      password: 'mail-password',
      from: 'a@b.example',
      to: 'c@d.example',
    };
    const email = await alerts.add({ kind: 'email', name: 'mail', values });
    const added = await alerts.add(hook);
    expect(email.values).toEqual({ ...values, password: '…' });
    expect(added.values).toEqual({ url: 'https://a.example/…f-it' });
    const changed = await alerts.change(email.id, {
      values: { ...values, password: '', port: '587', security: 'starttls' },
    });
    expect(changed?.values).toMatchObject({ port: '587', password: '…' });
    expect((await store.load()).channels[0]?.values).toMatchObject({ password: 'mail-password', port: '587' });
  });

  it.each([
    [
      'email',
      'host',
      'password',
      { host: 'mail.example', port: '465', security: 'tls', from: 'a@b.example', to: 'c@d.example' },
    ],
    ['telegram', 'server', 'token', { chat: '1' }],
  ] as const)('do not send the secrets of %s to another %s', async (kind, server, secret, values) => {
    const { alerts, store } = setUp();
    const { id } = await alerts.add({ kind, name: 'x', values: { ...values, [secret]: 'a-secret-value' } });
    const moved = { ...values, [server]: 'https://evil.example'.slice(kind === 'email' ? 8 : 0) };
    await expect(alerts.change(id, { values: moved })).rejects.toMatchObject({ field: secret });
    expect((await store.load()).channels[0]?.values).toEqual({ ...values, [secret]: 'a-secret-value' });
    await alerts.change(id, { values: { ...moved, [secret]: 'another-secret' } });
    expect((await store.load()).channels[0]?.values).toEqual({ ...moved, [secret]: 'another-secret' });
  });

  it('ignore stored data that this version cannot read, and say so once', async () => {
    const warn = vi.fn();
    const store: AlertStore = {
      ...createMemoryStore(),
      load: async () => ({
        channels: [],
        unknownChannels: 1,
        settings: { language: 'fr', quietMinutes: 5, rules: { credits: { enabled: 1 }, storage: { enabled: false } } },
        memory: 'broken',
      }),
    };
    const { alerts } = setUp({ store, warn });
    const { settings } = await alerts.view();
    expect(settings).toMatchObject({ language: 'en', quietMinutes: 5 });
    expect(settings.rules).toMatchObject({ credits: { enabled: true, below: 10 }, storage: { enabled: false } });
    await alerts.view();
    expect(warn.mock.calls.flat()).toEqual(
      ['channels', 'settings.language', 'settings.rules.credits', 'memory'].map(
        (part) => `Stored alert data is invalid in this version and is ignored: ${part}.`,
      ),
    );
  });

  it('are rejected with the name of the invalid value', async () => {
    const { alerts } = setUp();
    const refusal = (kind: 'webhook' | 'telegram' | 'email', values: Record<string, string>) =>
      alerts.add({ kind, name: 'x', values }).then(
        () => 'taken',
        (error: unknown) => (error instanceof ChannelUnusable ? error.field : error),
      );
    expect(await refusal('webhook', { url: 'javascript:alert(1)' })).toBe('url');
    expect(await refusal('webhook', { url: 'file:///etc/passwd' })).toBe('url');
    expect(await refusal('webhook', {})).toBe('url');
    expect(await refusal('telegram', { token: '../../x?', chat: '1' })).toBe('token');
    const email = { host: 'h', port: '25', security: 'none', from: 'a@b.example', to: 'c@d.example' };
    expect(await refusal('email', { ...email, to: 'nobody' })).toBe('to');
    expect(await refusal('email', { ...email, port: '0' })).toBe('port');
    expect(await refusal('email', email)).toBe('taken');
  });
});
