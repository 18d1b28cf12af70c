import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dialects } from '../../server/dialects/index.ts';
import { requireOpenAiSchema } from '../schemas/openai.ts';
import { readChatCompletion, readChatError, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { type HttpRequest, sendBytes, sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const hello = { model, messages: [{ role: 'user', content: 'Hello' }] };
const chatPath = '/v1/chat/completions';

/** Every endpoint of every API, with something in place of what its path leaves open. */
const endpoints = [
  ...new Set(
    dialects.flatMap((dialect) =>
      dialect.endpoints.map(({ method, path }) => `${method} ${path.replaceAll(/\*|:\w+/g, 'x')}`),
    ),
  ),
].map((endpoint) => endpoint.split(' ') as [method: string, path: string]);

describe('at the edges of HTTP', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench({ MAX_BODY_BYTES: '65536' });
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const send = (path: string, options: HttpRequest = {}) =>
    sendHttp(bench.origin, path, { ...options, headers: { authorization: `Bearer ${key}`, ...options.headers } });
  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    send(chatPath, { method: 'POST', body, headers });

  describe('every response has a request id', () => {
    const cases: readonly [string, number, string, HttpRequest][] = [
      ['a good answer', 200, chatPath, { method: 'POST', body: JSON.stringify(hello) }],
      ['a stream', 200, chatPath, { method: 'POST', body: JSON.stringify({ ...hello, stream: true }) }],
      ['a wrong key', 401, chatPath, { method: 'POST', body: '{}', headers: { authorization: 'Bearer sk-wrong' } }],
      ['malformed JSON', 400, chatPath, { method: 'POST', body: '{' }],
      ['an unknown model', 404, '/v1/models/nothing', {}],
      ['an unknown route', 404, '/v1/nothing', {}],
      ['an unknown route outside the API', 404, '/nothing', {}],
      ['a path that is no path', 400, '/v1/models/%zz', {}],
      ['a body that is too large', 413, chatPath, { method: 'POST', body: 'x'.repeat(70_000) }],
      ['a preflight', 204, chatPath, { method: 'OPTIONS', headers: preflight }],
      ['the health', 200, '/health', {}],
      ['the admin API', 401, '/admin/api/keys', {}],
    ];
    it.each(cases)('%s (%i)', async (_name, status, path, options) => {
      const answer = await send(path, options);
      expect(answer.status).toBe(status);
      expect(answer.headers['x-request-id']).toMatch(/^[\w-]{10,}$/);
    });

    it('of its own, whatever the client says', async () => {
      const ids = new Set<unknown>();
      for (let turn = 0; turn < 3; turn += 1) {
        const { headers } = await send('/health', { headers: { 'x-request-id': 'forged', 'request-id': 'forged' } });
        ids.add(headers['x-request-id']);
      }
      expect(ids.size).toBe(3);
      expect(ids).not.toContain('forged');
    });

    it('by which the admin finds it', async () => {
      const { headers } = await post(JSON.stringify(hello));
      await vi.waitFor(async () => {
        const { status, body } = await bench.admin('GET', `/requests/${headers['x-request-id']}`);
        expect(status).toBe(200);
        expect(body).toMatchObject({ model, outcome: 'success', status: 200 });
      }, 10_000);
    });
  });

  const preflight = {
    origin: 'https://chat.example.com',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-stainless-os',
  };

  describe('for pages of other sites', () => {
    it.each([chatPath, '/v1/models', '/v1/models/a', '/v1/nothing'])(
      'a preflight of %s passes without a key',
      async (path) => {
        const { status, headers } = await sendHttp(bench.origin, path, { method: 'OPTIONS', headers: preflight });
        expect(status).toBe(204);
        expect(headers['access-control-allow-origin']).toBe('*');
        expect(headers['access-control-allow-methods']).toContain('POST');
        const allowed = headers['access-control-allow-headers'] ?? '';
        // The wildcard does not cover this one.
        expect(allowed.toLowerCase()).toContain('authorization');
        expect(headers['access-control-allow-credentials']).toBeUndefined();
      },
    );

    const asked: readonly [string, HttpRequest, string][] = [
      ['an answer', { method: 'POST', body: JSON.stringify(hello) }, chatPath],
      ['a stream', { method: 'POST', body: JSON.stringify({ ...hello, stream: true }) }, chatPath],
      ['a list', {}, '/v1/models'],
      ['a refusal', { headers: { authorization: 'Bearer sk-wrong' } }, '/v1/models'],
      ['an unknown route', {}, '/v1/nothing'],
      ['a body too large', { method: 'POST', body: 'x'.repeat(70_000) }, chatPath],
    ];
    it.each(asked)('%s may be read, with its headers', async (_name, options, path) => {
      const { headers } = await send(path, { ...options, headers: { ...options.headers, origin: preflight.origin } });
      expect(headers['access-control-allow-origin']).toBe('*');
      const exposed = (headers['access-control-expose-headers'] ?? '').split(/, */);
      expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after', 'x-upstream-model']));
    });

    it.each(['/admin/api/login', '/admin/api/session', '/admin/api/keys', '/admin/login', '/metrics'])(
      '%s stays closed',
      async (path) => {
        for (const method of ['OPTIONS', 'GET']) {
          const { headers } = await sendHttp(bench.origin, path, { method, headers: preflight });
          const granting = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
          expect(granting).toEqual([]);
        }
      },
    );
  });

  describe('a key', () => {
    it.each([
      ['missing', {}],
      ['wrong', { authorization: 'Bearer sk-wrong' }],
      ['of another scheme', { authorization: 'Basic c2s6eA==' }],
      ['empty', { authorization: 'Bearer ' }],
    ])('%s is refused as OpenAI does', async (_name, headers) => {
      const answer = await sendHttp(bench.origin, chatPath, { method: 'POST', headers, body: JSON.stringify(hello) });
      expect(answer.status).toBe(401);
      const error = readChatError(answer.body);
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key', param: null });
      expect(answer.body).not.toContain('sk-wrong');
      expect(answer.headers['x-should-retry']).toBe('false');
    });

    it.each(endpoints)('is needed for %s %s', async (method, path) => {
      const body = method === 'POST' ? JSON.stringify(hello) : '';
      expect((await sendHttp(bench.origin, path, { method, body })).status).toBe(401);
    });

    it('is checked before the body is read', async () => {
      const { port, hostname } = new URL(bench.origin);
      const socket = connect(Number(port), hostname);
      const head = [
        `POST ${chatPath} HTTP/1.1`,
        'host: localhost',
        'authorization: Bearer sk-wrong',
        'content-length: 60000',
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n{`);
      const [answered] = await Promise.all([
        new Promise<string>((resolve) => socket.once('data', (bytes: Buffer) => resolve(bytes.toString()))),
      ]);
      socket.destroy();
      expect(answered).toMatch(/^HTTP\/1\.1 401 /);
    });

    it('may be written as clients write it', async () => {
      for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `BEARER  ${key} `, key, `Bearer Bearer ${key}`]) {
        expect((await send('/v1/models', { headers: { authorization } })).status).toBe(200);
      }
      for (const name of ['api-key', 'x-api-key']) {
        expect((await send('/v1/models', { headers: { authorization: '', [name]: key } })).status).toBe(200);
      }
    });
  });

  describe('a body', () => {
    const bad: readonly [string, string | Uint8Array, string | null][] = [
      ['empty', '', null],
      ['of blanks', ' \n ', null],
      ['cut', '{"model": "a", "messages": [', null],
      ['with a comma too many', '{"model": "a",}', null],
      ['that is a list', '[]', null],
      ['that is null', 'null', null],
      ['that is a string', '"hello"', null],
      [
        'of broken UTF-8',
        Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
        null,
      ],
      ['without a model', JSON.stringify({ messages: hello.messages }), 'model'],
      ['with a model that is a number', JSON.stringify({ ...hello, model: 1 }), 'model'],
      ['without messages', JSON.stringify({ model }), 'messages'],
      ['with messages that are a string', JSON.stringify({ model, messages: 'Hello' }), 'messages'],
      ['with no messages', JSON.stringify({ model, messages: [] }), 'messages'],
      ['with a message that is null', JSON.stringify({ model, messages: [null] }), 'messages[0]'],
      [
        'with an unknown role',
        JSON.stringify({ model, messages: [{ role: 'robot', content: 'x' }] }),
        'messages[0].role',
      ],
      ['with a temperature in words', JSON.stringify({ ...hello, temperature: 'hot' }), 'temperature'],
      ['with a stream in words', JSON.stringify({ ...hello, stream: 'yes' }), 'stream'],
      ['with n = 0', JSON.stringify({ ...hello, n: 0 }), 'n'],
      ['with a huge n', JSON.stringify({ ...hello, n: 100_000 }), 'n'],
      ['with tools that are an object', JSON.stringify({ ...hello, tools: {} }), 'tools'],
      [
        'with a nameless tool',
        JSON.stringify({ ...hello, tools: [{ type: 'function', function: {} }] }),
        'tools[0].function.name',
      ],
      ['with negative max_tokens', JSON.stringify({ ...hello, max_tokens: -1 }), 'max_tokens'],
      [
        'with an orphan tool result',
        JSON.stringify({
          model,
          messages: [...hello.messages, { role: 'tool', tool_call_id: 'call_9', content: 'x' }],
        }),
        'messages[1].tool_call_id',
      ],
      [
        'with sound',
        JSON.stringify({
          model,
          messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }] }],
        }),
        'messages[0].content[0].input_audio.data',
      ],
      ['nested without end', `{"model":"a","messages":${'['.repeat(30_000)}`, null],
    ];
    it.each(bad)('%s is a 400', async (_name, body, parameter) => {
      const answer = await post(body);
      expect(answer.status, answer.body).toBe(400);
      expect(readChatError(answer.body)).toMatchObject({ type: 'invalid_request_error', param: parameter });
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(0);
    });

    it('is not sent back: what is named of it is short', async () => {
      for (const request of [
        { ...hello, model: 'x'.repeat(50_000) },
        { model, messages: [{ role: 'x'.repeat(50_000), content: 'Hello' }] },
        { ...hello, tool_choice: 'x'.repeat(50_000) },
        { model, messages: [...hello.messages, { role: 'tool', tool_call_id: 'x'.repeat(50_000), content: '' }] },
      ]) {
        const answer = await post(JSON.stringify(request));
        expect([400, 404]).toContain(answer.status);
        expect(answer.body.length).toBeLessThan(1000);
      }
    });

    it('over the limit is a 413, with its length told or not', async () => {
      const large = JSON.stringify({ ...hello, messages: [{ role: 'user', content: 'x'.repeat(70_000) }] });
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const answer = await post(large, headers);
        expect(answer.status).toBe(413);
        expect(readChatError(answer.body)).toMatchObject({ type: 'invalid_request_error', code: 'request_too_large' });
      }
    });

    it('that only claims to be over the limit is a 413 at once', async () => {
      const head = [
        `POST ${chatPath} HTTP/1.1`,
        'host: localhost',
        `authorization: Bearer ${key}`,
        'content-length: 999999999',
        'connection: close',
      ];
      expect(await sendBytes(bench.origin, `${head.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    });

    it.each([
      undefined,
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/json; charset=utf-8',
      'nonsense',
    ])('is JSON, whatever its type (%s) says', async (type) => {
      const answer = await post(JSON.stringify(hello), type === undefined ? {} : { 'content-type': type });
      expect(answer.status, answer.body).toBe(200);
      expect(readChatCompletion(answer.body).choices[0]?.text).toContain('Hello');
    });

    it('may begin with a byte order mark', async () => {
      expect((await post(`\ufeff${JSON.stringify(hello)}`)).status).toBe(200);
    });

    it('may hold a member named as every object’s prototype is', async () => {
      const answer = await post(JSON.stringify(hello).replace('{', '{"__proto__":{"stream":true,"n":9},'));
      expect(answer.status, answer.body).toBe(200);
      expect(readChatCompletion(answer.body).choices).toHaveLength(1);
    });

    it('may come in pieces without its length', async () => {
      const answer = await post(JSON.stringify(hello), { 'transfer-encoding': 'chunked' });
      expect(answer.status).toBe(200);
    });
  });

  describe('a path', () => {
    it.each([
      ['GET', '/v1/nothing', 404],
      ['POST', '/v1/completions', 404],
      ['POST', '/v2/chat/completions', 404],
      ['GET', chatPath, 405],
      ['DELETE', chatPath, 405],
      ['POST', '/v1/models', 405],
      ['DELETE', `/v1/models/${model}`, 405],
    ])('%s %s is refused in the same shape', async (method, path, status) => {
      const answer = await send(path, { method, ...(method === 'POST' && { body: '{}' }) });
      expect(answer.status).toBe(status);
      expect(readChatError(answer.body)).toMatchObject({ type: 'invalid_request_error' });
      expect(answer.body).toContain(path);
    });

    it.each([
      ['a repeated version', '/v1/v1/chat/completions', '/v1/v1/messages', '/v1/v1beta/models/'],
      ['no version', '/chat/completions', '/messages', '/models/'],
      ['doubled slashes', '//v1//chat/completions', '//v1/messages', '//v1beta/models/'],
      ['a slash at the end', '/v1/chat/completions/', '/v1/messages/?beta=true', '/v1beta/models/'],
      ["other services' prefixes", '/openai/v1/chat/completions', '/anthropic/v1/messages', '/gemini/v1beta/models/'],
      [
        "an endpoint's path before it",
        '/v1/chat/completions/chat/completions',
        '/v1/messages/messages',
        '/v1beta/models/',
      ],
      ["another API's version", '/v1beta/chat/completions', '/v1beta/messages', '/v1/models/'],
      ["Vertex AI's paths", chatPath, '/v1/messages', '/v1/projects/p/locations/l/publishers/google/models/'],
    ])('with %s, as from a mistaken base URL, is answered in every API', async (_, chat, messages, models) => {
      const paths = [chat, messages, `${models}${encodeURIComponent(model)}:generateContent`];
      const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
      const bodies = [hello, { ...hello, max_tokens: 10 }, { contents }];
      const shapes = ['"chat.completion"', '"type":"message"', '"candidates"'];
      for (const [index, path] of paths.entries()) {
        const headers = { 'x-api-key': key, 'x-goog-api-key': key };
        const answer = await send(path, { method: 'POST', headers, body: JSON.stringify(bodies[index]) });
        expect(answer.status, `${path}: ${answer.body}`).toBe(200);
        expect(answer.body).toContain(shapes[index]);
      }
      expect((await send(chat, { method: 'OPTIONS', headers: preflight })).status).toBe(204);
      expect((await send(chat, { method: 'GET' })).status).toBe(405);
    });

    it.each(['/models', '/v1/models/', '/v1/v1/models?after=x', '/openai/models?api-version=1', '/api/v1/models'])(
      '%s lists the models',
      async (path) => {
        const answer = await send(path);
        requireOpenAiSchema('ListModelsResponse', JSON.parse(answer.body));
      },
    );

    it.each([model, encodeURIComponent(model), model.replace(':', '%3A'), model.replace('@', '%40')])(
      'names a model as %s',
      async (id) => {
        const answer = await send(`/v1/models/${id}`);
        expect(answer.status).toBe(200);
        const found: unknown = JSON.parse(answer.body);
        requireOpenAiSchema('Model', found);
        expect(found).toMatchObject({ id: model });
      },
    );

    it('lists the models as OpenAI does', async () => {
      const answer = await send('/v1/models');
      const list: unknown = JSON.parse(answer.body);
      requireOpenAiSchema('ListModelsResponse', list);
      expect(list).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ id: model })]) });
    });

    it.each(['no-such-model', 'no:such@model', 'no%2Fsuch', 'no/such', '%F0%9F%98%80'])(
      'of the unknown model %s is a 404 that names it',
      async (id) => {
        const answer = await send(`/v1/models/${id}`);
        expect(answer.status).toBe(404);
        const error = readChatError(answer.body);
        expect(error).toMatchObject({ code: 'model_not_found' });
        expect(error.message).toContain(decodeURIComponent(id));
      },
    );

    it.each(['/v1/models/%zz', '/v1/models/%ff'])(
      'that cannot be decoded (%s) is the request’s fault',
      async (path) => {
        const answer = await send(path);
        expect([400, 404]).toContain(answer.status);
        expect(readChatError(answer.body)).toMatchObject({ type: 'invalid_request_error' });
      },
    );

    it('may be as long as Node takes it, and is not found', async () => {
      const answer = await send(`/v1/models/${'a'.repeat(4000)}`);
      expect(answer.status).toBe(404);
      readChatError(answer.body);
    });
  });

  it.each(['/admin/api', '/admin/api/', '/admin/api/nothing', '/admin/api/nothing.js', '/admin/api/keys/a/b'])(
    '%s is JSON for whoever is logged in, and no page',
    async (path) => {
      const cookie = await bench.cookie();
      const answer = await sendHttp(bench.origin, path, { headers: { cookie } });
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'not_found' } });
      expect((await sendHttp(bench.origin, path)).status).toBe(401);
    },
  );

  describe('a client', () => {
    it('may keep its connection for longer than the proxies in front of a gateway do', async () => {
      const kept = { headers: { connection: 'keep-alive' } };
      const answers = [
        await send('/health', kept),
        await send(chatPath, { method: 'POST', body: JSON.stringify(hello), ...kept }),
      ];
      for (const { headers } of answers) {
        expect(Number(/^timeout=(\d+)$/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(600);
      }
    });

    const request = (version: string, extra: readonly string[], body: object) => {
      const text = JSON.stringify(body);
      const lines = [
        `POST ${chatPath} HTTP/${version}`,
        'host: localhost',
        `authorization: Bearer ${key}`,
        `content-length: ${Buffer.byteLength(text)}`,
        'connection: close',
        ...extra,
      ];
      return { head: `${lines.join('\r\n')}\r\n\r\n`, text };
    };

    it('of HTTP/1.0 gets a whole answer and a stream without chunked coding', async () => {
      for (const stream of [false, true]) {
        const { head, text } = request('1.0', [], { ...hello, stream });
        const answer = await sendBytes(bench.origin, head + text);
        const [headers = '', body = ''] = answer.split(/\r\n\r\n([\s\S]*)/);
        expect(headers).toMatch(/^HTTP\/1\.[01] 200 /);
        expect(headers.toLowerCase()).not.toContain('transfer-encoding');
        const read = stream ? readChatStream(body) : readChatCompletion(body);
        expect(read.choices[0]?.text).toContain('Hello');
      }
    });

    it('that waits for 100 Continue gets it, then its answer', async () => {
      const { head, text } = request('1.1', ['expect: 100-continue'], hello);
      const { port, hostname } = new URL(bench.origin);
      const socket = connect(Number(port), hostname);
      const received = await new Promise<string>((resolve) => {
        let all = '';
        socket.setEncoding('utf8').on('data', (piece: string) => {
          if (all === '') socket.write(text);
          all += piece;
        });
        socket.once('close', () => resolve(all));
        socket.write(head);
      });
      expect(received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    });

    it.each([
      ['for a model', '/v1/chat/completions'],
      ['for the admin', '/admin/api/keys'],
      ['for nothing', '/nothing'],
    ])('%s that waits for 100 Continue without a key is refused, and need not send its body', async (_what, path) => {
      const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n`;
      // The answer is complete: the gateway closes the connection.
      expect(await sendBytes(bench.origin, head)).toMatch(/^HTTP\/1\.1 40[14] [\s\S]*\r\nconnection: close\r\n/i);
    });

    it('with a huge header is told so', async () => {
      const { head } = request('1.1', [`x-long: ${'x'.repeat(20_000)}`], hello);
      expect(await sendBytes(bench.origin, head)).toMatch(/^HTTP\/1\.1 431 /);
    });

    it('that speaks no HTTP gets a 400 and the connection closed', async () => {
      expect(await sendBytes(bench.origin, 'HELO there\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    });

    it('may send one request after another on a connection, refusals between them', async () => {
      const good = request('1.1', [], hello);
      const lasting = (text: string) => text.replace('connection: close\r\n', '');
      const bad = lasting(good.head).replace(key, 'sk-wrong');
      const answer = await sendBytes(
        bench.origin,
        lasting(good.head) + good.text + bad + good.text + good.head + good.text,
      );
      expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200']);
    });
  });
});
