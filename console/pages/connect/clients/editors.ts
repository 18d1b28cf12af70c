import type { ClientDefinition } from './client.ts';

/** Context window to assume if a model's is unknown. */
const likelyContext = 128_000;

/** Editors and editor extensions. */
export const editors = {
  cline: {
    title: 'Cline',
    group: 'editor',
    api: 'openai',
    fields: ['baseUrl', 'key', 'model'],
  },
  rooCode: {
    title: 'Roo Code',
    group: 'editor',
    api: 'openai',
    fields: ['baseUrl', 'key', 'model'],
  },
  continue: {
    title: 'Continue',
    group: 'editor',
    api: 'openai',
    parts: ({ baseUrl, key, model }) => [
      {
        file: '~/.continue/config.yaml',
        code: [
          'name: Atlassian',
          'version: 1.0.0',
          'schema: v1',
          'models:',
          `  - name: ${JSON.stringify(model)}`,
          '    provider: openai',
          `    model: ${JSON.stringify(model)}`,
          `    apiBase: ${JSON.stringify(baseUrl)}`,
          `    apiKey: ${JSON.stringify(key)}`,
          '    roles: [chat, edit, apply]',
          '',
        ].join('\n'),
      },
    ],
  },
  zed: {
    title: 'Zed',
    group: 'editor',
    api: 'openai',
    fields: ['key'],
    parts: ({ baseUrl, model, contextWindow }) => [
      {
        file: '~/.config/zed/settings.json',
        code: `${JSON.stringify(
          {
            language_models: {
              openai_compatible: {
                Atlassian: {
                  api_url: baseUrl,
                  available_models: [{ name: model, display_name: model, max_tokens: contextWindow ?? likelyContext }],
                },
              },
            },
          },
          null,
          2,
        )}\n`,
      },
    ],
  },
  cursor: {
    title: 'Cursor',
    group: 'editor',
    api: 'openai',
    runsIn: 'cloud',
    fields: ['key', 'baseUrl', 'model'],
  },
} as const satisfies Record<string, ClientDefinition>;
