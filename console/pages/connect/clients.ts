import { writeCurl } from '../../snippets/curl.ts';
import { writePython } from '../../snippets/python.ts';
import { writeTypeScript } from '../../snippets/typescript.ts';

/** What every set-up needs to know. */
export interface Connection {
  /** With its `/v1`. */
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
}

export type FieldName = 'baseUrl' | 'host' | 'key' | 'model';

export type ClientName =
  | 'curl'
  | 'python'
  | 'typescript'
  | 'openWebUi'
  | 'lobeChat'
  | 'cherryStudio'
  | 'cursor'
  | 'cline'
  | 'continue'
  | 'aider';

/** How one client is set up: values for its form, code to paste, or both. */
export interface Client {
  readonly name: ClientName;
  readonly title: string;
  readonly fields?: readonly FieldName[];
  readonly code?: (connection: Connection) => string;
}

function hello({ model }: Connection) {
  return { model, messages: [{ role: 'user', content: 'Hello!' }] };
}

/** The base URL without its `/v1`, for clients that add it themselves. */
export function toHost(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, '');
}

export const clients: readonly Client[] = [
  { name: 'curl', title: 'curl', code: (connection) => writeCurl({ ...connection, body: hello(connection) }) },
  {
    name: 'python',
    title: 'OpenAI Python',
    code: (connection) => `# pip install openai\n${writePython({ ...connection, body: hello(connection) })}`,
  },
  {
    name: 'typescript',
    title: 'OpenAI TypeScript',
    code: (connection) => `// npm install openai\n${writeTypeScript({ ...connection, body: hello(connection) })}`,
  },
  {
    name: 'openWebUi',
    title: 'Open WebUI',
    fields: ['baseUrl', 'key'],
    code: ({ baseUrl, key }) =>
      [
        'docker run -d -p 3000:8080 --name open-webui',
        `-e OPENAI_API_BASE_URL=${baseUrl}`,
        `-e OPENAI_API_KEY=${key}`,
        '-v open-webui:/app/backend/data ghcr.io/open-webui/open-webui:main',
      ].join(' \\\n  '),
  },
  {
    name: 'lobeChat',
    title: 'LobeChat',
    fields: ['key', 'baseUrl', 'model'],
    code: ({ baseUrl, key, model }) =>
      [
        'docker run -d -p 3210:3210 --name lobe-chat',
        `-e OPENAI_PROXY_URL=${baseUrl}`,
        `-e OPENAI_API_KEY=${key}`,
        `-e OPENAI_MODEL_LIST=+${model}`,
        'lobehub/lobe-chat',
      ].join(' \\\n  '),
  },
  { name: 'cherryStudio', title: 'Cherry Studio', fields: ['key', 'host', 'model'] },
  { name: 'cursor', title: 'Cursor', fields: ['key', 'baseUrl', 'model'] },
  { name: 'cline', title: 'Cline', fields: ['baseUrl', 'key', 'model'] },
  {
    name: 'continue',
    title: 'Continue',
    code: ({ baseUrl, key, model }) =>
      [
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
  {
    name: 'aider',
    title: 'aider',
    code: ({ baseUrl, key, model }) =>
      [`export OPENAI_API_BASE=${baseUrl}`, `export OPENAI_API_KEY=${key}`, `aider --model 'openai/${model}'`, ''].join(
        '\n',
      ),
  },
];

/** A field's value in this connection. */
export function readField(name: FieldName, connection: Connection): string {
  return name === 'host' ? toHost(connection.baseUrl) : connection[name];
}
