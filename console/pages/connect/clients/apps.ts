import { quoteShell } from '../../../snippets/curl.ts';
import { type ClientDefinition, toHost } from './client.ts';
import { linkChatbox, linkCherryStudio, linkDeepChat, linkLobeChat, linkNextChat } from './import-links.ts';

/** Docker on Linux needs this option to resolve `host.docker.internal`. */
const knowsHost = '--add-host=host.docker.internal:host-gateway';

function writeDocker(words: readonly string[]): string {
  return ['docker run -d', ...words].join(' \\\n  ');
}

/** Chat apps for desktop and phone, chat websites, and workflow builders. */
export const apps = {
  cherryStudio: {
    title: 'Cherry Studio',
    group: 'chat',
    api: 'openai',
    fields: ['key', 'host', 'model'],
    links: (connection) => [{ title: 'Cherry Studio', href: linkCherryStudio(connection) }],
  },
  chatbox: {
    title: 'Chatbox',
    group: 'chat',
    api: 'openai',
    onPhone: true,
    fields: ['key', 'host', 'model'],
    links: (connection) => [{ title: 'Chatbox', href: linkChatbox(connection) }],
  },
  deepChat: {
    title: 'DeepChat',
    group: 'chat',
    api: 'openai',
    fields: ['baseUrl', 'key', 'model'],
    links: (connection) => [{ title: 'DeepChat', href: linkDeepChat(connection) }],
  },
  openWebUi: {
    title: 'Open WebUI',
    group: 'chat',
    api: 'openai',
    runsIn: 'container',
    fields: ['baseUrl', 'key'],
    parts: ({ baseUrl, key }) => [
      {
        code: writeDocker([
          `-p 3000:8080 --name open-webui ${knowsHost}`,
          `-e OPENAI_API_BASE_URL=${baseUrl}`,
          `-e OPENAI_API_KEY=${quoteShell(key)}`,
          '-v open-webui:/app/backend/data ghcr.io/open-webui/open-webui:main',
        ]),
      },
    ],
  },
  lobeChat: {
    title: 'LobeChat',
    group: 'chat',
    api: 'openai',
    runsIn: 'container',
    address: 'http://localhost:3210',
    onPhone: true,
    fields: ['key', 'baseUrl', 'model'],
    parts: ({ baseUrl, key, models }) => [
      {
        code: writeDocker([
          `-p 3210:3210 --name lobe-chat ${knowsHost}`,
          `-e OPENAI_PROXY_URL=${baseUrl}`,
          `-e OPENAI_API_KEY=${quoteShell(key)}`,
          `-e OPENAI_MODEL_LIST=${quoteShell(['-all', ...models.map((id) => `+${id}`)].join(','))}`,
          'lobehub/lobe-chat',
        ]),
      },
    ],
    links: (connection, address) => [{ title: 'LobeChat', href: linkLobeChat(connection, address) }],
  },
  nextChat: {
    title: 'NextChat',
    group: 'chat',
    api: 'openai',
    runsIn: 'container',
    address: 'http://localhost:3000',
    onPhone: true,
    fields: ['key', 'host', 'model'],
    parts: ({ baseUrl, key, models }) => [
      {
        code: writeDocker([
          `-p 3000:3000 --name nextchat ${knowsHost}`,
          `-e BASE_URL=${toHost(baseUrl)}`,
          `-e OPENAI_API_KEY=${quoteShell(key)}`,
          // It interprets the part after the last `@` as the provider.
          `-e CUSTOM_MODELS=${quoteShell(['-all', ...models.map((id) => `+${id}@OpenAI=${id}`)].join(','))}`,
          'yidadaa/chatgpt-next-web',
        ]),
      },
    ],
    links: (connection, address) => [{ title: 'NextChat', href: linkNextChat(connection, address) }],
  },
  dify: {
    title: 'Dify',
    group: 'workflow',
    api: 'openai',
    runsIn: 'container',
    fields: ['model', 'key', 'baseUrl'],
    parts: () => [
      {
        file: 'docker-compose.override.yaml',
        code: [
          'services:',
          ...['api', 'worker', 'plugin_daemon'].flatMap((service) => [
            `  ${service}:`,
            '    extra_hosts: ["host.docker.internal:host-gateway"]',
          ]),
          '',
        ].join('\n'),
      },
    ],
  },
  n8n: {
    title: 'n8n',
    group: 'workflow',
    api: 'openai',
    runsIn: 'container',
    fields: ['key', 'baseUrl', 'model'],
    parts: () => [
      {
        code: writeDocker([
          `-p 5678:5678 --name n8n ${knowsHost}`,
          '-v n8n_data:/home/node/.n8n docker.n8n.io/n8nio/n8n',
        ]),
      },
    ],
  },
} as const satisfies Record<string, ClientDefinition>;
