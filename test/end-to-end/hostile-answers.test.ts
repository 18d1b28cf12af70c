import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'openai:gpt-5-2025-08-07';
const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const ending = `${frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}data: [DONE]\n\n`;
const contentOf = (index: number) => ({ index, delta: { content: 'x' } });

/** What the upstream streams in place of an answer. */
const answers: Readonly<Record<string, string>> = {
  'as many choices in one frame as there is no stack for': frame({
    choices: Array.from({ length: 130_000 }, (_, i) => contentOf(i)),
  }),
  'a call at an index beyond any list': frame({
    choices: [
      {
        index: 0,
        delta: { tool_calls: [{ index: 4_294_967_290, id: 'c', function: { name: 'f', arguments: '{}' } }] },
      },
    ],
  }),
  'a call named like an inherited member': frame({
    choices: [
      { index: 0, delta: { tool_calls: [{ index: -1, id: 'd', function: { name: '__proto__', arguments: '{}' } }] } },
    ],
  }),
  'lists without end': `data: ${'['.repeat(1_000_000)}\n\n`,
  'usage below nothing': frame({ choices: [contentOf(0)], usage: { prompt_tokens: 1e308, completion_tokens: -5 } }),
  'usage beyond numbers': frame({ choices: [contentOf(0)], usage: { prompt_tokens: 1e308, completion_tokens: 5 } }),
};

let upstream: Server;
let bench: TestBench;
let answer = '';
beforeAll(async () => {
  upstream = createServer((request, response) => {
    request.resume().on('end', () => respond(request.method === 'GET', response));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  bench = await startTestBench({ ATLASSIAN_ORIGIN: `http://127.0.0.1:${port}` });
  await bench.addCredential('one@example.com');
});
afterAll(async () => {
  await bench.close();
  upstream.closeAllConnections();
  upstream.close();
});

function respond(isAccountCheck: boolean, response: ServerResponse): void {
  if (isAccountCheck) response.setHeader('content-type', 'application/json').end('{}');
  else response.setHeader('content-type', 'text/event-stream').end(answer + ending);
}

it.each(Object.entries(answers))('%s is an answer, or the upstream’s failure', async (_what, text) => {
  answer = text;
  const response = await bench.chat({ model, stream: true, messages: [{ role: 'user', content: 'x' }] });
  expect([200, 502]).toContain(response.status);
  expect(await response.text()).not.toContain('The gateway failed');
});

it('the console shows all of them, and their sums', async () => {
  const statusOf = async (path: string) => (await bench.admin('GET', path)).status;
  const idsOf = async (noun: string) => {
    const items = z.record(z.string(), z.unknown()).parse((await bench.admin('GET', `/${noun}`)).body)[noun];
    return z.array(z.object({ id: z.string() })).parse(items);
  };
  const count = Object.keys(answers).length;
  await expect.poll(() => statusOf('/requests?largest=tokens'), { timeout: 10_000 }).toBe(200);
  await expect.poll(async () => (await idsOf('requests')).length, { timeout: 10_000 }).toBe(count);
  const details = [...(await idsOf('requests')).map(({ id }) => `/requests/${id}`)];
  const keys = (await idsOf('keys')).map(({ id }) => `/keys/${id}`);
  for (const path of ['/overview', '/usage?by=model', '/usage?interval=day', ...details, ...keys]) {
    expect([path, await statusOf(path)]).toEqual([path, 200]);
  }
});
