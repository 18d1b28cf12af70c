import { describe, expect, it } from 'vitest';
import { seenFromContainer } from '../reach.ts';
import { type Connection, findPreferred, readField, toHost } from './client.ts';
import { clients, connectTo, type Gateway } from './index.ts';

const gateway: Gateway = {
  baseUrl: 'http://localhost:8000/v1',
  key: "sk-'test",
  model: null,
  models: ['google:gemini-2.0-flash-001', 'anthropic:claude@1', 'openai:gpt-4.1'],
  contextWindowOf: () => 200_000,
};

/** A client's set-up, as the page shows it. */
function setUp(wanted: string) {
  const client = clients.find(({ name }) => name === wanted);
  if (client === undefined) throw new Error(`no client ${wanted}`);
  const connection = connectTo(gateway, client);
  return { connection, code: (client.parts?.(connection) ?? []).map(({ code }) => code).join('\n'), client };
}

/** Decodes a link like its client. */
function readBase64(text: string | null): unknown {
  return JSON.parse(Buffer.from(text ?? '', 'base64').toString('utf8'));
}

function linkOf(wanted: string, address = '', change: Partial<Connection> = {}): string {
  const { client, connection } = setUp(wanted);
  return client.links?.({ ...connection, ...change }, address)[0]?.href ?? '';
}

describe('client set-ups', () => {
  it.each(clients)('$title gets everything it needs', (client) => {
    const connection = { ...connectTo({ ...gateway, baseUrl: 'https://gate.example/v1', key: 'sk-test' }, client) };
    const text = [
      ...(client.parts?.(connection) ?? []).map(({ code }) => code),
      ...(client.fields ?? []).map((name) => readField(name, connection)),
      ...(client.links?.(connection, 'https://chat.example') ?? []).map(({ href }) => decodeURIComponent(href)),
    ].join('\n');
    expect(text).toContain('https://gate.example');
    expect(text).toContain('sk-test');
  });

  it('leaves the version to clients that add it', () => {
    expect(toHost('https://gate.example/v1')).toBe('https://gate.example');
    expect(toHost('https://gate.example/v1/')).toBe('https://gate.example');
    expect(toHost('https://gate.example/proxy')).toBe('https://gate.example/proxy');
  });

  it('suggests each client a model that it is made for', () => {
    expect(setUp('claudeCode').connection.model).toBe('anthropic:claude@1');
    expect(setUp('codex').connection.model).toBe('openai:gpt-4.1');
    expect(setUp('geminiCli').connection.model).toBe('google:gemini-2.0-flash-001');
    expect(linkOf('ccSwitch')).toContain('model=anthropic%3Aclaude%401');
    const many = ['anthropic:claude-3-5-sonnet', 'anthropic:claude-sonnet-4', 'openai:gpt-5', 'openai:gpt-5-codex'];
    expect(findPreferred(many, [/claude-sonnet-4/, /claude/])).toBe('anthropic:claude-sonnet-4');
    expect(findPreferred(many.slice(0, 1), [/claude-sonnet-4/, /claude/])).toBe('anthropic:claude-3-5-sonnet');
    expect(findPreferred(many, [/gemini/])).toBeUndefined();
  });

  it('speaks each agent’s own API', () => {
    const { env } = JSON.parse(setUp('claudeCode').client.parts?.(setUp('claudeCode').connection)[0]?.code ?? '{}');
    expect(env).toMatchObject({ ANTHROPIC_BASE_URL: 'http://localhost:8000', ANTHROPIC_AUTH_TOKEN: gateway.key });
    expect(setUp('codex').code).toContain('base_url = "http://localhost:8000/v1"\nwire_api = "responses"');
    expect(setUp('geminiCli').code).toContain('GOOGLE_GEMINI_BASE_URL=http://localhost:8000\n');
  });

  it('tells Claude Code and Codex the context of a model that it does not know', () => {
    const { client, connection } = setUp('claudeCode');
    const window = { CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000' };
    const envOf = (model: string) => JSON.parse(client.parts?.({ ...connection, model })[0]?.code ?? '{}').env;
    expect(envOf('openai:gpt-5.1')).toMatchObject(window);
    expect(envOf('anthropic:claude-sonnet-4')).not.toMatchObject(window);
    expect(setUp('codex').code).toContain('model_context_window = 200000\nmodel_provider');
  });

  it('lists the models for agents that do not fetch the list', () => {
    for (const name of ['opencode', 'kiloCode']) {
      expect(JSON.parse(setUp(name).code)).toMatchObject({
        provider: { atlassian: { options: { baseURL: gateway.baseUrl }, models: { 'openai:gpt-4.1': {} } } },
        model: 'atlassian/google:gemini-2.0-flash-001',
      });
    }
    const [first, second] = JSON.parse(setUp('openClaw').code).models.providers.atlassian.models;
    expect([first, second]).toEqual([
      { id: gateway.models[0], name: gateway.models[0], contextWindow: 200_000 },
      { id: gateway.models[1], name: gateway.models[1] },
    ]);
  });

  it('keeps a value that a shell would read apart in one word', () => {
    expect(setUp('claudeCode').code).toContain(String.raw`ANTHROPIC_AUTH_TOKEN='sk-'\''test'`);
    expect(setUp('openWebUi').code).toContain(String.raw`OPENAI_API_KEY='sk-'\''test'`);
  });
});

describe('an address seen from a container', () => {
  it('is the machine’s, not the container’s own', () => {
    expect(setUp('openWebUi').code).toContain('http://host.docker.internal:8000/v1');
    expect(setUp('openWebUi').code).toContain('--add-host=host.docker.internal:host-gateway');
    expect(setUp('nextChat').code).toContain('BASE_URL=http://host.docker.internal:8000 ');
    expect(seenFromContainer('http://127.0.0.1:8000/v1')).toBe('http://host.docker.internal:8000/v1');
    expect(seenFromContainer('http://[::1]:8000/x/v1')).toBe('http://host.docker.internal:8000/x/v1');
  });

  it('stays when others reach it', () => {
    expect(seenFromContainer('https://gate.example/v1')).toBe('https://gate.example/v1');
    expect(seenFromContainer('http://192.168.1.5:8000/v1')).toBe('http://192.168.1.5:8000/v1');
  });
});

describe('import links', () => {
  it('carry the connection to each client in its own form', () => {
    const cherry = new URL(linkOf('cherryStudio'));
    expect(cherry.href).toMatch(/^cherrystudio:\/\/providers\/api-keys\?v=1&data=/);
    const words = (cherry.searchParams.get('data') ?? '').replaceAll('_', '+').replaceAll('-', '/');
    expect(readBase64(words)).toMatchObject({ baseUrl: 'http://localhost:8000', apiKey: gateway.key, type: 'openai' });

    const chatbox = new URL(linkOf('chatbox'));
    expect(readBase64(chatbox.searchParams.get('config'))).toMatchObject({
      settings: { apiHost: 'http://localhost:8000', apiPath: '/v1/chat/completions', apiKey: gateway.key },
    });

    const deepChat = new URL(linkOf('deepChat'));
    expect(readBase64(deepChat.searchParams.get('data'))).toMatchObject({
      baseUrl: gateway.baseUrl,
      apiKey: gateway.key,
    });

    const ccSwitch = new URL(linkOf('ccSwitch'));
    expect(Object.fromEntries(ccSwitch.searchParams)).toMatchObject({
      resource: 'provider',
      app: 'claude',
      endpoint: 'http://localhost:8000',
      apiKey: gateway.key,
    });

    const lobe = new URL(linkOf('lobeChat', 'https://chat.example/'));
    expect(lobe.origin).toBe('https://chat.example');
    expect(JSON.parse(lobe.searchParams.get('settings') ?? '')).toMatchObject({
      keyVaults: { openai: { apiKey: gateway.key } },
    });

    const next = new URL(linkOf('nextChat', 'http://localhost:3000'));
    const settings = new URLSearchParams(next.hash.slice('#/?'.length)).get('settings');
    expect(JSON.parse(settings ?? '')).toMatchObject({ key: gateway.key });
  });

  it('hold whatever characters a key has', () => {
    const key = 'sk-ünïcode+/=&#?';
    const link = new URL(linkOf('cherryStudio', '', { key }));
    const words = (link.searchParams.get('data') ?? '').replaceAll('_', '+').replaceAll('-', '/');
    expect(readBase64(words)).toMatchObject({ apiKey: key });
    expect(new URL(linkOf('ccSwitch', '', { key })).searchParams.get('apiKey')).toBe(key);
  });
});
