import { quoteShell } from '../../../snippets/curl.ts';
import { type ClientDefinition, type Connection, findPreferred, toHost } from './client.ts';
import { linkCcSwitch } from './import-links.ts';

const toJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const forClaudeCode = [/claude-sonnet-4/, /claude/];
const forCodex = [/codex/, /gpt/];
const forGeminiCli = [/gemini-[\d.]+-pro/, /gemini/];

/** Prefers a model that suits the program. */
function preferModel(connection: Connection, madeFor: readonly RegExp[]): Connection {
  const { model, models } = connection;
  const fits = madeFor.some((pattern) => pattern.test(model));
  return { ...connection, model: fits ? model : (findPreferred(models, madeFor) ?? model) };
}

/** For unknown models, Claude Code assumes a larger context window than they have, and compacts too late. */
function claudeCodeEnvironment({ baseUrl, key, model, contextWindow }: Connection): Readonly<Record<string, string>> {
  const isUnknown = contextWindow !== null && !model.includes('claude');
  return {
    ANTHROPIC_BASE_URL: toHost(baseUrl),
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    // Lists the gateway's models in `/model`.
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
    ...(isUnknown && { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(contextWindow) }),
  };
}

/** The configuration of opencode and of its fork Kilo Code. */
function writeOpencode(schema: string, { baseUrl, key, model, models }: Connection): string {
  return toJson({
    $schema: schema,
    provider: {
      atlassian: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Atlassian',
        options: { baseURL: baseUrl, apiKey: key },
        models: Object.fromEntries(models.map((id) => [id, {}])),
      },
    },
    model: `atlassian/${model}`,
  });
}

/** Terminal coding agents, and CC Switch, which manages their providers. */
export const terminalClients = {
  claudeCode: {
    title: 'Claude Code',
    group: 'terminal',
    api: 'anthropic',
    madeFor: forClaudeCode,
    parts: (connection) => {
      const env = claudeCodeEnvironment(connection);
      const variables = Object.entries(env).map(([name, value]) => `${name}=${quoteShell(value)}`);
      return [{ file: '~/.claude/settings.json', code: toJson({ env }) }, { code: `${variables.join(' ')} claude` }];
    },
  },
  codex: {
    title: 'Codex',
    group: 'terminal',
    api: 'responses',
    madeFor: forCodex,
    // For unknown models, Codex assumes the context window of OpenAI's, and compacts too late.
    parts: ({ baseUrl, key, model, contextWindow }) => [
      {
        file: '~/.codex/config.toml',
        code: [
          `model = ${JSON.stringify(model)}`,
          ...(contextWindow === null ? [] : [`model_context_window = ${contextWindow}`]),
          'model_provider = "atlassian"',
          '',
          '[model_providers.atlassian]',
          'name = "Atlassian"',
          `base_url = ${JSON.stringify(baseUrl)}`,
          'wire_api = "responses"',
          'env_key = "ATLASSIAN_PROXY_KEY"',
          '',
        ].join('\n'),
      },
      { code: `ATLASSIAN_PROXY_KEY=${quoteShell(key)} codex` },
    ],
  },
  geminiCli: {
    title: 'Gemini CLI',
    group: 'terminal',
    api: 'gemini',
    madeFor: forGeminiCli,
    parts: ({ baseUrl, key, model }) => [
      {
        file: '~/.gemini/.env',
        code: `GOOGLE_GEMINI_BASE_URL=${toHost(baseUrl)}\nGEMINI_API_KEY=${key}\nGEMINI_MODEL=${model}\n`,
      },
      // With another base URL and no explicit choice, it selects a login method that it then refuses.
      {
        file: '~/.gemini/settings.json',
        code: toJson({ security: { auth: { selectedType: 'gemini-api-key' } } }),
      },
      { code: 'gemini' },
    ],
  },
  opencode: {
    title: 'opencode',
    group: 'terminal',
    api: 'openai',
    parts: (connection) => [
      { file: '~/.config/opencode/opencode.json', code: writeOpencode('https://opencode.ai/config.json', connection) },
    ],
  },
  kiloCode: {
    title: 'Kilo Code CLI',
    group: 'terminal',
    api: 'openai',
    parts: (connection) => [
      { file: '~/.config/kilo/kilo.json', code: writeOpencode('https://app.kilo.ai/config.json', connection) },
    ],
  },
  openClaw: {
    title: 'OpenClaw',
    group: 'terminal',
    api: 'openai',
    parts: ({ baseUrl, key, model, models, contextWindow }) => [
      {
        file: '~/.openclaw/openclaw.json',
        code: toJson({
          models: {
            providers: {
              atlassian: {
                baseUrl,
                apiKey: key,
                api: 'openai-completions',
                models: models.map((id) => ({
                  id,
                  name: id,
                  ...(id === model && contextWindow !== null && { contextWindow }),
                })),
              },
            },
          },
          agents: { defaults: { model: { primary: `atlassian/${model}` } } },
        }),
      },
    ],
  },
  aider: {
    title: 'aider',
    group: 'terminal',
    api: 'openai',
    parts: ({ baseUrl, key, model }) => [
      {
        code: `aider --openai-api-base ${baseUrl} --openai-api-key ${quoteShell(key)} --model ${quoteShell(`openai/${model}`)}`,
      },
    ],
  },
  ccSwitch: {
    title: 'CC Switch',
    group: 'terminal',
    api: 'several',
    links: (connection) => [
      { title: 'Claude Code', href: linkCcSwitch('claude', preferModel(connection, forClaudeCode)) },
      { title: 'Codex', href: linkCcSwitch('codex', preferModel(connection, forCodex)) },
      { title: 'Gemini CLI', href: linkCcSwitch('gemini', preferModel(connection, forGeminiCli)) },
    ],
  },
} as const satisfies Record<string, ClientDefinition>;
