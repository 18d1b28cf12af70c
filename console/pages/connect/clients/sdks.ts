import { writeCurl } from '../../../snippets/curl.ts';
import { writePython } from '../../../snippets/python.ts';
import { writeTypeScript } from '../../../snippets/typescript.ts';
import type { ClientDefinition, Connection } from './client.ts';

function hello({ model }: Connection) {
  return { model, messages: [{ role: 'user', content: 'Hello!' }] };
}

/** Code samples that call the gateway. */
export const sdks = {
  curl: {
    title: 'curl',
    group: 'code',
    api: 'openai',
    parts: (connection) => [{ code: writeCurl({ ...connection, body: hello(connection) }) }],
  },
  python: {
    title: 'OpenAI Python',
    group: 'code',
    api: 'openai',
    parts: (connection) => [
      { code: 'pip install openai' },
      { file: 'hello.py', code: writePython({ ...connection, body: hello(connection) }) },
    ],
  },
  typescript: {
    title: 'OpenAI TypeScript',
    group: 'code',
    api: 'openai',
    parts: (connection) => [
      { code: 'npm install openai' },
      { file: 'hello.ts', code: writeTypeScript({ ...connection, body: hello(connection) }) },
    ],
  },
} as const satisfies Record<string, ClientDefinition>;
