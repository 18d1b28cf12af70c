import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const say = [{ role: 'user', content: 'Hello' }];
const claude = 'anthropic:claude-sonnet-4-5@20250929';
const format = { type: 'json_schema', schema: { type: 'object', properties: { ok: { type: 'boolean' } } } };

/** Per route: a member that its model refuses, the format of the error, and a request with the member. */
const cases = [
  ['vertex-anthropic', claude, 'reject-parameters=top_k', '/v1/messages', { top_k: 5, max_tokens: 9 }],
  [
    'vertex-anthropic',
    claude,
    'output-config=reject',
    '/v1/messages',
    { output_config: { format }, max_tokens: 99 },
    '{\\"ok\\":true}',
  ],
  [
    'bedrock-anthropic',
    'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
    'reject-parameters=temperature',
    '/v1/chat/completions',
    { temperature: 0.5 },
  ],
  [
    'vertex-anthropic',
    claude,
    'prefill=reject',
    '/v1/messages',
    { messages: [...say, { role: 'assistant', content: 'You' }], max_tokens: 9 },
    'You said: ',
  ],
  ['unified', claude, 'reject-parameters=seed', '/v1/chat/completions', { seed: 7 }],
  ['unified', claude, 'reject-parameters=temperature', '/v1/messages', { temperature: 0.5, max_tokens: 9 }],
  ['vertex-gemini', 'google:gemini-2.5-flash', 'reject-parameters=topK', '/v1/messages', { top_k: 5, max_tokens: 9 }],
  ['openai-chat', 'openai:gpt-5.1', 'reject-parameters=seed', '/v1/chat/completions', { seed: 7 }],
  ['openai-responses', 'openai:gpt-5.1', 'reject-parameters=metadata', '/v1/responses', { metadata: { a: 'b' } }],
] satisfies readonly (readonly [string, string, string, string, object, string?])[];

describe.each(cases)(
  'a member that %s refuses of %s (%s on %s)',
  (route, model, knobs, path, members, said = 'You said: Hello') => {
    let bench: TestBench;
    let key: string;

    beforeAll(async () => {
      bench = await startTestBench();
      await bench.addCredential('one@example.com');
      await bench.useOnlyRoute(model, route);
      key = (await bench.generateKey()).key;
      const [name = '', value = ''] = knobs.split('=');
      bench.simulator.control.setDefault({ [name]: value });
    });
    afterAll(() => bench.close());

    const requests = () => bench.simulator.control.requests({ kind: 'model' });
    const ask = async (stream: boolean) => {
      const asking = path === '/v1/responses' ? { input: 'Hello' } : { messages: say };
      const response = await fetch(bench.origin + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, stream, ...asking, ...members }),
      });
      return {
        status: response.status,
        text: await response.text(),
        warnings: response.headers.get('x-gateway-warnings'),
      };
    };

    it('is left out, in the same request and from then on', async () => {
      const first = await ask(false);
      expect([first.status, first.text]).toEqual([200, expect.stringContaining(said)]);
      expect(requests().map(({ status }) => status)).toEqual([400, 200]);
      for (const stream of [false, true]) expect((await ask(stream)).status).toBe(200);
      expect(requests().map(({ status }) => status)).toEqual([400, 200, 200, 200]);
    });
  },
);
