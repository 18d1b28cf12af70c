import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRecord, type JsonRecord, readArray, readRecord, readString } from '../../server/lib/json.ts';
import type { Settings } from '../../simulator/behaviour.ts';
import { readResponsesStream } from '../schemas/responses.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/*
 * Bugs reported by users of similar gateways, each with related cases. The cases R06 to R08, R18 and R19 are tested
 * in the files of their subjects: model lists, addresses, silence, limits, compressed bodies.
 */

const claude = 'anthropic:claude-3-5-sonnet-v2@20241022';
/** One model per family and its route. */
const places = [
  [claude, 'unified'],
  ['anthropic:claude-sonnet-4-5@20250929', 'vertex-anthropic'],
  ['bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock-anthropic'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['google:gemini-2.5-pro', 'gemini-chat'],
  ['openai:gpt-5.1', 'openai-chat'],
  ['openai:gpt-5.2-latest', 'openai-responses'],
] as const;
const ajv = new Ajv2020({ strict: false });
const claudes = places.filter(([, route]) => route === 'unified' || route.endsWith('-anthropic'));

let bench: TestBench;
let key: string;
let credential: string;

beforeAll(async () => {
  bench = await startTestBench();
  credential = await bench.addCredential('one@example.com');
  await Promise.all(places.map(([model, route]) => bench.useOnlyRoute(model, route)));
  key = (await bench.generateKey()).key;
});
afterAll(() => bench.close());
beforeEach(() => bench.simulator.control.reset());

function behave(settings: Settings): void {
  bench.simulator.control.setDefault(settings);
}

function readCase(name: string): JsonRecord {
  const file = new URL(`../fixtures/reported-faults/${name}.json`, import.meta.url);
  return readRecord(JSON.parse(readFileSync(file, 'utf8')));
}

const requestsOf = (name: string) => {
  const { request, requests } = readCase(name);
  return [...readArray(requests), ...(request === undefined ? [] : [request])].map(readRecord);
};

interface Told {
  readonly status: number;
  readonly text: string;
  readonly warnings: string;
}

/** @param body a string is sent unchanged */
async function post(path: string, body: object | string): Promise<Told> {
  const response = await fetch(bench.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'x-goog-api-key': key, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { status, headers } = response;
  return { status, text: await response.text(), warnings: headers.get('x-gateway-warnings') ?? '' };
}

const chat = (body: object | string) => post('/v1/chat/completions', body);

/** The raw text of the upstream request, without parsing numbers. */
function sentText(): string {
  return JSON.stringify(bench.simulator.control.lastRequest().body);
}

function sent(): JsonRecord {
  const { body } = bench.simulator.control.lastRequest();
  const { request_payload: payload } = readRecord(body);
  return isRecord(payload) ? payload : readRecord(body);
}

/** The schemas of tools and of the answer in the upstream request. */
function schemasSent(value: unknown = sent()): readonly JsonRecord[] {
  if (Array.isArray(value)) return value.flatMap(schemasSent);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const isSchema = /^(?:input_schema|parameters|parametersJsonSchema|responseJsonSchema|schema)$/.test(name);
    return isSchema && isRecord(member) ? [member] : schemasSent(member);
  });
}

const countRequests = () => bench.simulator.control.requests({ kind: 'model' }).length;

describe("the model's words are not a credential's fault", () => {
  const cut = '{"path":"a.txt","content":"lo';

  it('R04: a call that the limit cut is an answer', async () => {
    behave({ text: 'Writing it now.', 'tool-calls': 'always', 'tool-arguments-text': cut, finish: 'max_tokens' });
    const [request = {}] = requestsOf('R04-tool-call-cut-by-length');
    const { status, text } = await chat(request);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      choices: [
        {
          finish_reason: 'length',
          message: { content: 'Writing it now.', tool_calls: [{ function: { name: 'write_file', arguments: cut } }] },
        },
      ],
      usage: { completion_tokens: expect.any(Number) },
    });
    expect(countRequests()).toBe(1);
  });

  const tool = { type: 'object', properties: { path: { type: 'string' } } };
  const asking: Readonly<Record<string, (model: string, stream: boolean) => readonly [string, object]>> = {
    'openai-chat': (model, stream) => [
      '/v1/chat/completions',
      {
        model,
        stream,
        messages: [{ role: 'user', content: 'x' }],
        tools: [{ type: 'function', function: { name: 'write_file', parameters: tool } }],
      },
    ],
    'anthropic-messages': (model, stream) => [
      '/v1/messages',
      {
        model,
        stream,
        max_tokens: 500,
        messages: [{ role: 'user', content: 'x' }],
        tools: [{ name: 'write_file', input_schema: tool }],
      },
    ],
    'openai-responses': (model, stream) => [
      '/v1/responses',
      { model, stream, input: 'x', tools: [{ type: 'function', name: 'write_file', parameters: tool }] },
    ],
    gemini: (model, stream) => [
      `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      {
        contents: [{ role: 'user', parts: [{ text: 'x' }] }],
        tools: [{ functionDeclarations: [{ name: 'write_file', parametersJsonSchema: tool }] }],
      },
    ],
  };

  describe.each(Object.keys(asking))('in %s', (dialect) => {
    const ask = (model: string, stream: boolean) => post(...(asking[dialect]?.(model, stream) ?? ['', {}]));

    // Routes with arguments as objects cannot have malformed ones.
    it.each([
      [claude, cut, false],
      [claude, cut, true],
      [claude, '{"path": a.txt}', true],
      ['anthropic:claude-sonnet-4-5@20250929', cut, true],
      ['openai:gpt-5.1', '["a.txt"]', false],
      ['openai:gpt-5.2-latest', '{"path":"a.txt",}', true],
    ])('%s may write %s (stream: %s): one call, nobody cools down', async (model, written, stream) => {
      behave({ 'tool-calls': 'always', 'tool-arguments-text': written });
      for (let time = 1; time <= 2; time += 1) {
        const { status, text } = await ask(model, stream);
        expect([status, text]).toEqual([200, expect.stringContaining('write_file')]);
        expect(text).toContain('a.txt');
        expect(countRequests()).toBe(time);
      }
    });
  });
});

describe('numbers survive', () => {
  const spellings = ['1234567890123456789', '0.1e-7', '1.0', '-0', '12345678901234567890.123456789', '1e21'];

  it('R02a: a number of nineteen digits in the arguments of a call', async () => {
    behave({
      'tool-calls': 'always',
      'tool-arguments': 'object',
      'tool-arguments-text': '{"channel_id":1234567890123456789,"ratio":1.0}',
    });
    const [request = {}] = requestsOf('R02a-big-int-answer');
    for (const stream of [false, true]) {
      const { text } = await chat({ ...request, stream });
      expect(text).toContain('1234567890123456789');
      expect(text).toContain('1.0');
    }
  });

  const properties = spellings.map((spelling, index) => `"p${index}":{"type":"number","default":${spelling}}`);
  const schema = `{"type":"object","properties":{${properties}}}`;
  const head = (model: string) => `"model":"${model}","stream":false`;
  const requests: Readonly<Record<string, (model: string) => readonly [string, string]>> = {
    'openai-chat': (model) => [
      '/v1/chat/completions',
      `{${head(model)},"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":${JSON.stringify(`{"b":[${spellings}]}`)}}}]},{"role":"tool","tool_call_id":"c","content":"y"},{"role":"user","content":"use the tool"}],"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}]}`,
    ],
    'anthropic-messages': (model) => [
      '/v1/messages',
      `{${head(model)},"max_tokens":500,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{"b":[${spellings}]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"y"},{"type":"text","text":"use the tool"}]}],"tools":[{"name":"f","input_schema":${schema}}]}`,
    ],
    'openai-responses': (model) => [
      '/v1/responses',
      `{${head(model)},"input":[{"role":"user","content":"x"},{"type":"function_call","call_id":"c","name":"f","arguments":${JSON.stringify(`{"b":[${spellings}]}`)}},{"type":"function_call_output","call_id":"c","output":"y"},{"role":"user","content":"use the tool"}],"tools":[{"type":"function","name":"f","strict":false,"parameters":${schema}}]}`,
    ],
    gemini: (model) => [
      `/v1beta/models/${model}:generateContent`,
      `{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"id":"c","name":"f","args":{"b":[${spellings}]}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":{"output":"y"}}},{"text":"use the tool"}]}],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":${schema}}]}]}`,
    ],
  };

  describe.each(Object.entries(requests))('in %s', (_dialect, write) => {
    it.each(places)('to %s (%s): schemas, arguments, and the answer', async (model, _route) => {
      behave({ 'tool-calls': 'always', 'tool-arguments-text': `{"c":[${spellings}]}` });
      const [path, asked] = write(model);
      for (const stream of [false, true]) {
        const streamed = path.replace(':generateContent', ':streamGenerateContent?alt=sse');
        const { status, text } = await post(
          stream ? streamed : path,
          stream ? asked.replace('"stream":false', '"stream":true') : asked,
        );
        expect([status, text]).toEqual([200, expect.any(String)]);
        const body = sentRaw();
        // Stream fragments may split a number.
        const told = stream ? joinFragments(text) : text;
        for (const spelling of spellings) {
          expect(countOf(body, spelling), `${spelling} in ${body}`).toBeGreaterThanOrEqual(2);
          expect(told).toContain(spelling);
        }
      }
    });
  });
});

/** The joined arguments of a streaming call; complete arguments stay unchanged. */
function joinFragments(text: string): string {
  const pieces = [...text.matchAll(/"(?:partial_json|arguments|delta)":"((?:[^"\\]|\\.)*)"/g)];
  return text + pieces.map(([, piece]) => piece ?? '').join('');
}

/** The body of the last request as it was sent. */
function sentRaw(): string {
  return bench.simulator.control.lastRequest().bodyText ?? '';
}

const countOf = (text: string, spelling: string) => text.split(spelling).length - 1;

describe('blank is what the vendors call blank', () => {
  it.each(requestsOf('R13-unicode-blank').map((request, index) => [index, request] as const))(
    'R13: an assistant message of one blank (%i)',
    async (_index, request) => {
      for (const [model] of claudes) {
        const { status } = await chat({ ...request, model });
        expect(status).toBe(200);
        expect(sentText()).not.toMatch(/"assistant"/);
      }
    },
  );

  it.each(['\u2028', '\u2029', '\u200b\u2060', '\u202f\n', '\ufeff'])('in a text beside others: %j', async (blank) => {
    const parts = [
      { type: 'text', text: blank },
      { type: 'text', text: 'Hello' },
    ];
    for (const [model] of claudes) {
      const { status } = await chat({ model, messages: [{ role: 'user', content: parts }] });
      expect(status).toBe(200);
      const messages = JSON.stringify(readArray(sent().messages));
      expect(messages).not.toContain(JSON.stringify({ type: 'text', text: blank }));
    }
  });

  it.each(requestsOf('R09-blank-stop').map((request) => [JSON.stringify(request.stop), request] as const))(
    'R09: a blank stop sequence: %s',
    async (_stop, request) => {
      for (const [model] of claudes) {
        const { status, warnings } = await chat({ ...request, model });
        expect([status, warnings]).toEqual([200, expect.stringContaining('stop')]);
        const { stop, stop_sequences } = sent();
        expect(JSON.stringify([stop, stop_sequences])).not.toMatch(/\\n|""/);
      }
    },
  );

  it.each(['\t', '\u00a0', '\u2028'])('a stop sequence of %j', async (stop) => {
    const message = { role: 'user', content: 'x' };
    for (const [model] of claudes) {
      const asked = await post('/v1/messages', { model, max_tokens: 9, messages: [message], stop_sequences: [stop] });
      expect([asked.status, asked.warnings]).toEqual([200, expect.stringContaining('stop')]);
      expect(sentText()).not.toContain(JSON.stringify(stop));
    }
  });

  it.each(places)('stop sequences end the answer even if the vendor does not take them: %s by %s', async (model) => {
    behave({ text: 'one two\nthree' });
    const asked = { model, max_tokens: 100, messages: [{ role: 'user', content: 'x' }] };
    const stops = ['\n', 'a1', 'a2', 'a3', 'a4', 'a5', 'two'];
    for (const stream of [false, true]) {
      const { text } = await post('/v1/messages', { ...asked, stream, stop_sequences: ['\n'] });
      expect([text.includes('two'), text.includes('three')]).toEqual([true, false]);
      const several = await chat({ ...asked, stream, stop: stops });
      expect([several.text.includes('one'), several.text.includes('two')]).toEqual([true, false]);
    }
  });

  it('R10: a last text of the assistant that ends in a blank', async () => {
    const [request = {}] = requestsOf('R10-prefill-trailing-blank');
    for (const [model] of claudes) {
      const { status, warnings } = await chat({ ...request, model });
      expect([status, warnings]).toEqual([200, expect.stringContaining('messages')]);
      expect(sentText()).toContain('<thinking>"');
    }
  });

  it.each(['<thinking> ', '<thinking>\u00a0\n', '<thinking>\u3000'])('%j in the Messages API, too', async (content) => {
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content },
    ];
    for (const [model] of claudes) {
      const { status } = await post('/v1/messages', { model, max_tokens: 9, messages });
      expect(status).toBe(200);
      expect(sentText()).toContain('<thinking>"');
    }
  });

  const halves = ['"\\ud800"', '"a\\udc00b"', '"\\ud800\\ud800"'];
  const asking: readonly (readonly [string, (model: string, text: string) => readonly [string, string]])[] = [
    [
      'Chat Completions',
      (model, text) => ['/v1/chat/completions', `{"model":"${model}","messages":[{"role":"user","content":${text}}]}`],
    ],
    [
      'Messages',
      (model, text) => [
        '/v1/messages',
        `{"model":"${model}","max_tokens":99,"messages":[{"role":"user","content":[{"type":"text","text":${text}}]}]}`,
      ],
    ],
    [
      'Responses',
      (model, text) => ['/v1/responses', `{"model":"${model}","input":[{"role":"user","content":${text}}]}`],
    ],
    [
      'Gemini',
      (model, text) => [
        `/v1beta/models/${model}:generateContent`,
        `{"contents":[{"role":"user","parts":[{"text":${text}}]}]}`,
      ],
    ],
  ];

  it.each(asking)('half a character is no reason to fail (%s)', async (_api, write) => {
    for (const [model] of places) {
      for (const text of halves) {
        const { status } = await post(...write(model, text));
        expect([model, text, status]).toEqual([model, text, 200]);
        expect(sentRaw()).toContain('\ufffd');
        expect(sentRaw()).not.toMatch(/\\u[dD][89a-fA-F]/);
      }
    }
  });
});

describe('what ends early, the stream or only its connection', () => {
  const streams: readonly ((model: string) => readonly [string, object])[] = [
    (model) => ['/v1/chat/completions', { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] }],
    (model) => [
      '/v1/messages',
      { model, stream: true, max_tokens: 99, messages: [{ role: 'user', content: 'Hello' }] },
    ],
    (model) => ['/v1/responses', { model, stream: true, input: 'Hello' }],
    (model) => [
      `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
      { contents: [{ parts: [{ text: 'Hello' }] }] },
    ],
  ];
  const ended = /"message_stop"|"finish_reason":"stop"|"response\.completed"|"finishReason":"STOP"/;

  it.each(places)('an answer that is complete stays one: %s by %s', async (model, _route) => {
    for (const write of streams) {
      behave({ cut: 'reset', 'cut-at': 'after-done' });
      const { text } = await post(...write(model));
      expect(text).toMatch(ended);
      expect(text).not.toMatch(/"error":\{/);
    }
  });

  // On the unified route, nothing has to mark the end.
  it.each(places.filter(([, route]) => route !== 'unified'))(
    'an answer that is not complete is a failure: %s by %s',
    async (model, _route) => {
      for (const write of streams) {
        behave({ cut: 'end', 'cut-at': 4, chunks: 8 });
        const { text } = await post(...write(model));
        // No request waits for a route that cools down.
        await bench.admin('POST', `/credentials/${credential}/reset`);
        expect(text).toMatch(/"error"/);
        expect(text).not.toMatch(ended);
      }
    },
  );
});

describe('files arrive however they are written', () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const spellings = {
    'the URL-safe alphabet': png.replaceAll('+', '-').replaceAll('/', '_'),
    'wrapped lines': png.replaceAll(/(.{40})/g, '$1\n'),
    'no padding': png.replaceAll('=', ''),
    'a data URL': `data:image/png;base64,${png}`,
    'a data URL of another type of image': `data:image/jpg;base64,${png}`,
    'a data URL of no image': `data:application/octet-stream;base64,${png}`,
    'a data URL without a type': `data:;base64,${png}`,
  };
  const asked = 'What is this?';
  const askings: Readonly<Record<string, (model: string, data: string) => readonly [string, object]>> = {
    'openai-chat': (model, data) => {
      const image_url = { url: data.startsWith('data:') ? data : `data:image/png;base64,${data}` };
      const content = [
        { type: 'text', text: asked },
        { type: 'image_url', image_url },
      ];
      return ['/v1/chat/completions', { model, messages: [{ role: 'user', content }] }];
    },
    'anthropic-messages': (model, data) => {
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
      const content = [{ type: 'text', text: asked }, image];
      return ['/v1/messages', { model, max_tokens: 99, messages: [{ role: 'user', content }] }];
    },
    'openai-responses': (model, data) => {
      const image_url = data.startsWith('data:') ? data : `data:image/png;base64,${data}`;
      const content = [
        { type: 'input_text', text: asked },
        { type: 'input_image', image_url },
      ];
      return ['/v1/responses', { model, input: [{ role: 'user', content }] }];
    },
    gemini: (model, data) => {
      const parts = [{ text: asked }, { inlineData: { mimeType: 'image/png', data } }];
      return [`/v1beta/models/${model}:generateContent`, { contents: [{ role: 'user', parts }] }];
    },
  };

  /** Routes that relay the bodies of their own clients, whose vendor reads these spellings and types. */
  const relaying: Readonly<Record<string, string>> = { gemini: 'vertex-gemini' };

  describe.each(Object.entries(askings))('in %s', (dialect, write) => {
    it.each(Object.entries(spellings))('base64 in %s', async (_spelling, data) => {
      for (const [model, route] of places) {
        const { status, text } = await post(...write(model, data));
        expect([route, status, text]).toEqual([route, 200, expect.stringContaining('with 1 image')]);
        if (relaying[dialect] === route) continue;
        expect(sentText()).toContain(png);
        expect(sentText()).not.toMatch(/octet-stream|image\/jpe?g|text\/plain/);
      }
    });
  });

  it.each<[string, object]>([
    ['of MCP', { type: 'image', data: png, mimeType: 'image/png' }],
    ['of LangChain', { type: 'image', source_type: 'base64', data: png, mime_type: 'image/png' }],
    ['of LangChain, since its version 1', { type: 'image', base64: png, mime_type: 'image/png' }],
    ['of the AI SDK', { type: 'image', image: `data:image/png;base64,${png}` }],
    ['of the AI SDK, as a file', { type: 'file', data: png, mediaType: 'image/png' }],
    ['of the unified endpoint', { type: 'image', image: { url: `data:image/png;base64,${png}` } }],
    ['with two types', { type: 'image', image_url: { url: `data:image/png;base64,${png}` } }],
    ["of MCP's resources", { type: 'resource', resource: { uri: 'file:///a.png', mimeType: 'image/png', blob: png } }],
  ])("images in forms of other programs are read in OpenAI's APIs: %s", async (_name, part) => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    for (const [model, route] of places) {
      const text = { type: 'text', text: asked };
      const question = { role: 'user', content: asked };
      const result = [
        question,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c', content: [part] },
      ];
      const bodies = [
        ['/v1/chat/completions', { model, messages: [{ role: 'user', content: [text, part] }] }],
        ['/v1/chat/completions', { model, messages: result }],
        ['/v1/responses', { model, input: [{ role: 'user', content: [text, part] }] }],
        ['/v1/responses', { model, input: result }],
      ] as const;
      for (const [path, body] of bodies) {
        const { status, text: told } = await post(path, body);
        expect([route, path, status, status === 200 ? '' : told]).toEqual([route, path, 200, '']);
        expect(sentText()).toContain(png);
      }
    }
  });

  it('other content of MCP servers, and images beside the content, are read too', async () => {
    const [, [model]] = places;
    const pdf = {
      type: 'resource',
      resource: { uri: 'file:///b.pdf', mimeType: 'application/pdf', blob: 'JVBERi0xLjQK' },
    };
    const note = { type: 'resource', resource: { uri: 'file:///c.md', mimeType: 'text/markdown', text: 'Written.' } };
    expect((await chat({ model, messages: [{ role: 'user', content: [note, pdf], images: [png] }] })).status).toBe(200);
    expect(sentText()).toMatch(/Written\..*JVBERi0xLjQK.*iVBORw0KGgo/);
  });

  it("files reach OpenAI's route as data URLs with a name, and images without an empty detail", async () => {
    const [, , , , , , [model]] = places;
    const content = [
      { type: 'input_file', filename: 'a.pdf', file_data: 'JVBERi0xLjQK' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
      { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: '' },
    ];
    expect((await post('/v1/responses', { model, input: [{ role: 'user', content }] })).status).toBe(200);
    const file = { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' };
    expect(readRecord(readArray(sent().input)[0]).content).toEqual([
      { ...file, filename: 'a.pdf' },
      { ...file, filename: expect.any(String) },
      { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'auto' },
    ]);
  });

  it('a video that a model cannot see is refused, not left out', async () => {
    const parts = [{ text: asked }, { inlineData: { mimeType: 'video/mp4', data: 'AAAA' } }];
    for (const [model, route] of places) {
      const { status, text } = await post(`/v1beta/models/${model}:generateContent`, { contents: [{ parts }] });
      const refused = [400, expect.stringMatching(/not supported|supports documents/)];
      expect([route, status, text]).toEqual([route, ...(route === 'vertex-gemini' ? [200, text] : refused)]);
      if (route === 'unified' || route === 'openai-chat') continue;
      // These pass on what they do not know.
      const video = { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } };
      const told = await chat({ model, messages: [{ role: 'user', content: [{ type: 'text', text: asked }, video] }] });
      if (route === 'vertex-gemini') expect([told.status, sentText()]).toEqual([200, expect.stringContaining('AAAA')]);
      else if (route !== 'gemini-chat') expect([route, told.status, told.text]).toEqual([route, ...refused]);
    }
  });
});

describe("Claude's rules hold wherever Claude is", () => {
  const call = (written: unknown, id = 'c1', name = 'f') => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name, arguments: written } }],
  });
  const result = (id = 'c1') => ({ role: 'tool', tool_call_id: id, content: 'y' });
  const user = { role: 'user', content: 'x' };
  const declared = (name: string, parameters: object = { type: 'object', properties: {} }) => ({
    type: 'function',
    function: { name, parameters },
  });

  it('R11: broken arguments in the history', async () => {
    const [request = {}] = requestsOf('R11-broken-arguments-in-history');
    for (const [model] of claudes) {
      const { status, warnings } = await chat({ ...request, model });
      expect([status, warnings]).toEqual([200, expect.stringContaining('arguments')]);
      expect(argumentsSent()).toEqual([expect.any(Object)]);
    }
  });

  it.each(['[1]', '"text"', 'null', '7', '{"a":', ''])('arguments that are %j', async (written) => {
    for (const [model] of claudes) {
      const { status } = await chat({ model, messages: [user, call(written), result(), user], tools: [declared('f')] });
      expect(status).toBe(200);
      expect(argumentsSent().every(isRecord)).toBe(true);
    }
  });

  it.each([
    ['call|1', 'f'],
    ['c'.repeat(90), 'f'],
    ['fc_1+2/3=', 'mcp.server/tool'],
    ['c1', 'n'.repeat(200)],
    ['c1', '工具'],
  ])('an id %s and a name %s that Claude does not take', async (id, name) => {
    behave({ 'tool-calls': 'always' });
    for (const [model] of claudes) {
      const messages = [user, call('{}', id, name), result(id), user];
      const { status, text } = await chat({ model, messages, tools: [declared(name), declared('other')] });
      expect([status, text]).toEqual([200, expect.any(String)]);
      const [message] = readArray(JSON.parse(text).choices).map((choice) => readRecord(readRecord(choice).message));
      const called = readArray(message?.tool_calls).map((one) => readRecord(readRecord(one).function).name);
      expect(called).toContain(name);
      for (const sentId of idsSent()) expect(sentId).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    }
  });

  it('equal tools of one name are one, different ones are refused by name', async () => {
    for (const [model] of claudes) {
      const twice = await chat({ model, messages: [user], tools: [declared('f'), declared('f')] });
      expect(twice.status).toBe(200);
      expect(readArray(sent().tools)).toHaveLength(1);
      const other = declared('f', { type: 'object', properties: { a: { type: 'string' } } });
      const refused = await chat({ model, messages: [user], tools: [declared('f'), other] });
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('tools[1]')]);
    }
  });

  it('calls in the history without tools in the request', async () => {
    for (const [model] of claudes) {
      const { status } = await chat({ model, messages: [user, call('{}'), result(), user] });
      expect(status).toBe(200);
      expect(readArray(sent().tools)).toHaveLength(1);
    }
  });

  /** The parsed arguments of the calls in the upstream request. */
  function argumentsSent(): readonly unknown[] {
    return readArray(sent().messages).flatMap((message) => {
      const { content, tool_calls } = readRecord(message);
      const blocks = readArray(content)
        .map(readRecord)
        .filter(({ type }) => type === 'tool_use');
      const calls = readArray(tool_calls).map((one) => readRecord(readRecord(one).function).arguments);
      return [
        ...blocks.map(({ input }) => input),
        ...calls.map((written): unknown => (typeof written === 'string' ? JSON.parse(written) : written)),
      ];
    });
  }

  function idsSent(): readonly unknown[] {
    return [...sentText().matchAll(/"(?:tool_use_id|tool_call_id)":"([^"]*)"/g)].map(([, id]) => id);
  }
});

describe('foreign shapes are understood, or refused by name', () => {
  const read = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };

  it("R01a: Anthropic's tools at the Chat endpoint", async () => {
    const [request = {}] = requestsOf('R01a-cursor-bare-tool');
    for (const [model] of places) {
      const { status } = await chat({ ...request, model });
      expect(status).toBe(200);
      const [tool] = readArray(sent().tools).map(readRecord);
      expect(JSON.stringify(tool)).toContain('"where it is"');
      expect(JSON.stringify(tool)).toContain('read_file');
    }
  });

  it("Anthropic's choices of a tool", async () => {
    const tools = [
      { name: 'read_file', input_schema: read },
      { name: 'other', input_schema: read },
    ];
    const messages = [{ role: 'user', content: 'Hello' }];
    for (const [tool_choice, count] of [
      [{ type: 'tool', name: 'read_file' }, 1],
      [{ type: 'any', disable_parallel_tool_use: true }, 1],
      [{ type: 'none' }, 0],
      [{ type: 'auto' }, 0],
    ] as const) {
      const { status, text } = await chat({ model: places[1][0], messages, tools, tool_choice });
      expect(status).toBe(200);
      const message = readRecord(readRecord(readArray(readRecord(JSON.parse(text)).choices)[0]).message);
      expect(readArray(message.tool_calls)).toHaveLength(count);
    }
    expect((await chat({ model: claude, messages, tools, tool_choice: { type: 'some' } })).status).toBe(400);
  });

  const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };

  it("Anthropic's blocks: images, calls, results, thinking, documents", async () => {
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'See' }, image] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'SECRET', signature: 'abc' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'read_file', input: { path: 'PATH' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'RESULT' }], is_error: true },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'DOCUMENT' } },
          { type: 'text', text: 'And?' },
        ],
      },
    ];
    const tools = [{ name: 'read_file', input_schema: read }];
    for (const [model] of places) {
      const { status, text } = await chat({ model, system: 'SYSTEM', messages, tools });
      expect([model, status, text]).toEqual([model, 200, expect.any(String)]);
      for (const word of [data, 'I look.', 'PATH', 'RESULT', 'And?', 'SYSTEM']) expect(sentText()).toContain(word);
      expect(sentText()).not.toMatch(/"text":"[^"]*SECRET/);
    }
  });

  it("Anthropic's members of a request, unless the API's own say otherwise", async () => {
    const [, [model]] = places;
    const asking = { model, messages: [{ role: 'user', content: 'x' }], max_tokens: 9000 };
    const thinking = { type: 'enabled', budget_tokens: 5000 };
    expect(
      (await chat({ ...asking, thinking, stop_sequences: ['END'], system: [{ type: 'text', text: 'S' }] })).status,
    ).toBe(200);
    expect(sent()).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 5000 },
      stop_sequences: ['END'],
      system: [{ type: 'text', text: 'S' }],
    });
    await chat({ ...asking, thinking, stop_sequences: ['END'], stop: ['STOP'], reasoning_effort: 'none' });
    expect(sent()).toMatchObject({ stop_sequences: ['STOP'] });
    expect(sent()).not.toHaveProperty('thinking');
    const wrong = await chat({ ...asking, thinking: { type: 'enabled', budget_tokens: 'many' } });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('thinking.budget_tokens')]);
  });

  it.each([
    [{ extra_body: { google: { thinking_config: { thinking_budget: 2048, include_thoughts: true } } } }, 2048],
    [{ google: { thinking_config: { thinkingBudget: 3000 } } }, 3000],
    [{ extra_body: { google: { thinking_config: { thinking_budget: 0 } } } }, undefined],
    [{ extra_body: { google: { thinking_config: { thinking_budget: 2048 } } }, reasoning_effort: 'none' }, undefined],
    [{ extra_body: { google: { thinking_config: { thinking_budget: 'x' } } } }, undefined],
    [{ extra_body: { google: { cached_content: 'x', thinking_config: { thinking_budget: 2048 } } } }, undefined],
  ])("Google's way to ask for thinking: %j", async (members, budget) => {
    const [, [model]] = places;
    const { status } = await chat({ model, messages: [{ role: 'user', content: 'x' }], max_tokens: 9000, ...members });
    expect([status, readRecord(readRecord(sent()).thinking).budget_tokens]).toEqual([200, budget]);
  });

  it.each([
    [{ thinking: { type: 'enabled' } }, 'medium', 16_384],
    [{ thinking: { type: 'disabled' }, reasoning: {} }, 'none', undefined],
    [{ thinking: { type: 'auto' } }, undefined, 16_384],
    [{ thinking: true }, 'medium', 16_384],
    [{ thinking: 'disabled' }, 'none', undefined],
    [{ reasoning: false }, 'none', undefined],
    [{ reasoning: 'low' }, 'low', 4096],
    [{ reasoning: { max_tokens: 3000 } }, 'low', 3000],
    [{ reasoning_effort: 'HIGH' }, 'high', 32_768],
    [{ enable_thinking: true }, 'medium', 16_384],
    [{ enable_thinking: true, thinking_budget: 3000 }, 'low', 3000],
    [{ enable_thinking: false, thinking_budget: 3000 }, 'none', undefined],
    [{ chat_template_kwargs: { thinking: true } }, 'medium', 16_384],
    [{ enable_thinking: 'yes', chat_template_kwargs: { enable_thinking: false } }, 'none', undefined],
    [{ reasoning_effort: 'disable' }, 'none', undefined],
    [{ reasoning_effort: 'auto' }, undefined, 16_384],
    [{ enable_thinking: false, reasoning_effort: 'high' }, 'high', 32_768],
  ])("other servers' ways to ask for thinking: %j", async (members, effort, budget) => {
    const [, [claude], , , , [gpt], [responses]] = places;
    const asking = { messages: [{ role: 'user', content: 'x' }], max_tokens: 40_000, ...members };
    const efforts: unknown[] = [];
    for (const model of [claude, gpt, responses]) {
      expect((await chat({ model, ...asking })).status).toBe(200);
      const { reasoning_effort: own, reasoning, thinking } = sent();
      efforts.push(own ?? readRecord(reasoning).effort ?? readRecord(thinking).budget_tokens);
    }
    const { status } = await post('/v1/responses', { model: responses, input: 'x', ...members });
    efforts.push(readRecord(sent().reasoning).effort);
    expect([status, ...efforts]).toEqual([200, budget, effort, effort, effort]);
    expect(sentText()).not.toMatch(/enable_thinking|thinking_budget|chat_template/);
  });

  it('what nobody knows is named', async () => {
    const user = { role: 'user', content: 'x' };
    for (const [member, body] of [
      ['messages[1].content[0].type', { messages: [user, { role: 'assistant', content: [{ type: 'hologram' }] }] }],
      ['messages[0].role', { messages: [{ role: 'oracle', content: 'x' }] }],
      ['tools[0]', { messages: [user], tools: [{ type: 'oracle' }] }],
      ['tools.0.input_schema', { messages: [user], tools: [{ name: 'f', input_schema: 7 }] }],
      ['tool_choice', { messages: [user], tools: [{ name: 'f', input_schema: read }], tool_choice: { type: 'x' } }],
    ] as const) {
      const { status, text } = await chat({ model: claude, ...body });
      expect([status, text]).toEqual([400, expect.stringContaining(member)]);
    }
  });

  it('parts of the Responses API and plain texts in messages', async () => {
    const picture = 'data:image/png;base64,iVBORw0KGgo=';
    const messages = [
      { role: 'system', content: [{ type: 'input_text', text: 'one' }] },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'two' },
          { type: 'input_image', image_url: picture },
        ],
      },
      { role: 'assistant', content: [{ type: 'output_text', text: 'three', annotations: [] }] },
      { role: 'user', content: ['four'] },
    ];
    for (const [model, route] of places) {
      const { status } = await chat({ model, messages, reasoning_effort: '' });
      expect([route, status]).toEqual([route, 200]);
      for (const text of ['one', 'two', 'three', 'four', 'iVBORw0KGgo=']) expect(sentText()).toContain(text);
    }
  });

  it('descriptions of tools that are longer than OpenAI takes in Chat Completions', async () => {
    const description = `Reads a file. ${'😀 and so on, '.repeat(200)}The end.`;
    const long = { type: 'function', function: { name: 'read_file', description, parameters: read } };
    for (const [model, route] of places) {
      const messages = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'x' },
      ];
      const { status, warnings } = await chat({ model, messages, tools: [long] });
      const isMoved = route === 'openai-chat';
      expect([route, status, warnings.includes('tools[0].description')]).toEqual([route, 200, isMoved]);
      expect(sentText()).toContain('The end.');
      expect(sentText()).not.toContain('\uFFFD');
    }
  });

  it('text files reach every model, also those whose routes take no files, and by their names alone', async () => {
    const data = Buffer.from('colour;red').toString('base64');
    const files = [
      { filename: 'a.csv', file_data: `data:text/csv;base64,${data}` },
      { filename: 'a.json', file_data: `data:application/json;base64,${data}` },
      { filename: 'a.txt', file_data: `data:application/octet-stream;base64,${data}` },
      { filename: 'a.md', file_data: data },
    ];
    for (const [model, route] of places) {
      for (const file of files) {
        const content = [
          { type: 'text', text: 'x' },
          { type: 'file', file },
        ];
        const { status } = await chat({ model, messages: [{ role: 'user', content }] });
        const isText = sentText().includes('colour;red');
        const isFile = /"(?:mimeType":"text\/|file_data":"data:)/.test(sentText());
        expect([route, file.filename, status, isText || isFile]).toEqual([route, file.filename, 200, true]);
        expect(sentText()).not.toContain('application/pdf');
      }
    }
  });

  it('schemas in older drafts, in other spellings, and with mistakes', async () => {
    const parameters = {
      type: 'OBJECT',
      properties: {
        path: { type: 'str', required: true, description: null },
        range: { type: 'array', items: [{ type: 'int' }, { type: 'any' }] },
        size: { type: 'number', minimum: 0, exclusiveMinimum: true, enum: null },
      },
      required: null,
      additionalProperties: null,
    };
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const response_format = { type: 'json_schema', json_schema: { name: 'f', schema: parameters } };
    const messages = [{ role: 'user', content: 'x' }];
    for (const [model, route] of places) {
      for (const asked of [{ tools, tool_choice: 'required' }, { response_format }]) {
        const { status, text } = await chat({ model, messages, ...asked });
        expect([route, status, text]).toEqual([route, 200, expect.stringContaining('\\"path\\"')]);
        const schemas = schemasSent();
        expect([route, schemas.length]).toEqual([route, 1]);
        for (const schema of schemas)
          expect([route, ajv.validateSchema(schema), ajv.errors]).toEqual([route, true, null]);
      }
    }
  });

  it('custom tools of the Responses API at the Chat endpoint, beside functions', async () => {
    const input = '*** Begin Patch';
    const tools = [
      { type: 'custom', name: 'ApplyPatch', format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' } },
      { type: 'function', function: { name: 'read_file', parameters: read } },
    ];
    for (const [model] of places) {
      const tool_choice = { type: 'custom', name: 'ApplyPatch' };
      // OpenAI's models have such tools. Others get functions, and may give the text another name.
      behave({ 'tool-arguments-text': model.startsWith('openai:') ? input : JSON.stringify({ patch: input }) });
      const { status, text } = await chat({ model, messages: [{ role: 'user', content: 'x' }], tools, tool_choice });
      expect([status, text]).toEqual([200, expect.stringContaining('"input":"*** Begin Patch"')]);
      expect(text).toContain('"type":"custom"');
      expect(sentText()).toContain('read_file');
    }
  });

  it.each([
    [{ name: 'f', parameters: read, deprecated: true }, 'tools[0].deprecated'],
    [{ type: 'function', function: { name: 'f', parameters: read, returns: {} } }, 'tools[0].function.returns'],
  ])('what is dropped is told: %j', async (tool, member) => {
    const { status, warnings } = await chat({
      model: claude,
      messages: [{ role: 'user', content: 'x' }],
      tools: [tool],
    });
    expect([status, warnings]).toEqual([200, expect.stringContaining(member)]);
  });

  it.each([
    { type: 'function', function: { name: 'googleSearch' } },
    {
      type: 'function',
      function: { name: 'googleSearch', description: 'd', parameters: { type: 'object', properties: {} } },
    },
    { googleSearch: {} },
    { google_search: {} },
  ])("Gemini's own tools at the Chat endpoint reach Gemini, and no other model: %j", async (tool) => {
    const [, [claude], , [gemini]] = places;
    const asking = { messages: [{ role: 'user', content: 'x' }], tools: [tool] };
    expect((await chat({ model: gemini, ...asking })).status).toBe(200);
    expect(sent().tools).toEqual([{ googleSearch: {} }]);
    expect((await chat({ model: claude, ...asking })).status).toBe(200);
    expect(sent()).not.toHaveProperty('tools');
    const own = { type: 'function', function: { name: 'googleSearch', parameters: { properties: { q: {} } } } };
    await chat({ model: gemini, ...asking, tools: [own] });
    expect(sentText()).toContain('functionDeclarations');
  });

  it("OpenAI's hosted tools at the Chat endpoint reach the route that can run them, and no other", async () => {
    for (const [model, route] of places) {
      const tools = [{ type: 'web_search' }];
      const { status, warnings } = await chat({ model, tools, messages: [{ role: 'user', content: 'x' }] });
      const isTold = warnings.includes('web_search') || /tools\[0\]/.test(warnings);
      expect([route, status, isTold]).toEqual([route, 200, route !== 'openai-responses']);
      expect(sent().tools).toEqual(route === 'openai-responses' ? tools : undefined);
    }
  });

  it.each(places)(
    "Anthropic's tools that the client runs reach %s by %s, and calls of them come back",
    async (model) => {
      const types = {
        bash: 'bash_20250124',
        memory: 'memory_20250818',
        str_replace_based_edit_tool: 'text_editor_20250728',
      };
      for (const [name, type] of Object.entries(types)) {
        const request = { model, max_tokens: 100, tools: [{ type, name, cache_control: { type: 'ephemeral' } }] };
        const { status, text, warnings } = await post('/v1/messages', {
          ...request,
          tool_choice: { type: 'tool', name },
          messages: [{ role: 'user', content: 'x' }],
        });
        expect([status, JSON.parse(text).content[0]]).toMatchObject([200, { type: 'tool_use', name }]);
        expect(warnings).not.toContain(name);
      }
    },
  );

  it.each(places)('a choice of a tool that is not sent to %s by %s is left out', async (model, route) => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const { status, warnings } = await post('/v1/messages', {
      ...{ model, max_tokens: 100, messages: [{ role: 'user', content: 'x' }] },
      tools: [search, { name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'web_search' },
    });
    const isKept = route.endsWith('-anthropic');
    expect([status, warnings.includes('tool_choice')]).toEqual([200, !isKept]);
    const { tool_choice, toolConfig } = sent();
    expect(tool_choice ?? toolConfig).toEqual(isKept ? { type: 'tool', name: 'web_search' } : undefined);
  });

  it.each(places)('a limit that exceeds that of %s is lowered on %s, from every API', async (model) => {
    const limit = 1_000_000;
    const messages = [{ role: 'user', content: 'x' }];
    const bodies = [
      ['/v1/chat/completions', { model, messages, max_tokens: limit }],
      ['/v1/chat/completions', { model, messages, max_completion_tokens: limit }],
      ['/v1/messages', { model, messages, max_tokens: limit }],
      ['/v1/responses', { model, input: 'x', max_output_tokens: limit }],
      [
        `/v1beta/models/${model}:generateContent`,
        { contents: [{ parts: [{ text: 'x' }] }], generationConfig: { maxOutputTokens: limit } },
      ],
    ] as const;
    for (const [path, body] of bodies) {
      const { status, warnings } = await post(path, body);
      expect([path, status, warnings]).toEqual([path, 200, expect.stringContaining("This model's limit is")]);
      expect(JSON.stringify(sent())).not.toContain(`${limit}`);
    }
  });

  it.each(places)(
    "OpenAI's tools that the client runs reach %s by %s, and calls and results of them",
    async (model, route) => {
      const calls = {
        local_shell: { action: { type: 'exec', command: ['use the tool local_shell'], env: {} } },
        shell: { action: { commands: ['use the tool shell'] }, environment: { type: 'local' } },
        apply_patch: { operation: { type: 'create_file', path: 'use the tool apply_patch', diff: '' } },
      };
      const outputs = { local_shell: 'made', shell: [{ stdout: 'made' }], apply_patch: 'made' };
      const kinds = ['local_shell', 'shell', 'apply_patch'] as const;
      for (const name of kinds) {
        const request = { model, tools: [{ type: name }] };
        const asked = { role: 'user', content: `use the tool ${name}` };
        const call = { type: `${name}_call`, call_id: 'call_1', status: 'completed', ...calls[name] };
        // OpenAI's own route gets them unchanged, and the simulator does not implement these tools.
        if (route !== 'openai-responses') {
          const { text } = await post('/v1/responses', { ...request, input: [asked] });
          expect(JSON.parse(text).output.at(-1)).toMatchObject({ ...call, call_id: expect.any(String) });
          const streamed = await post('/v1/responses', { ...request, input: [asked], stream: true });
          const { output } = readRecord(readResponsesStream(streamed.text).at(-1)?.response);
          expect(readArray(output).at(-1)).toMatchObject(calls[name]);
        }
        const result = { type: `${name}_call_output`, call_id: 'call_1', status: 'completed', output: outputs[name] };
        const { status, text, warnings } = await post('/v1/responses', { ...request, input: [asked, call, result] });
        expect([name, status]).toEqual([name, 200]);
        if (route !== 'openai-responses' || name !== 'local_shell') expect(text).toContain('made');
        expect(warnings).not.toContain(name);
      }
    },
  );

  it.each(claudes)('parameters of a tool whose names Claude rejects, of %s by %s', async (model) => {
    const long = `settings__${'x'.repeat(70)}`;
    const properties = { $top: { type: 'string' }, [long]: { type: 'string' } };
    const parameters = { type: 'object', properties, required: ['$top', long] };
    const tools = [{ type: 'function', function: { name: 'list', parameters } }];
    const call = { id: 'c', type: 'function', function: { name: 'list', arguments: '{"$top":"1"}' } };
    const history = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ];
    const user = { role: 'user', content: 'x' };
    expect((await chat({ model, messages: [user, ...history, user], tools })).status).toBe(200);
    expect(sentText()).not.toContain('$top');
    for (const stream of [false, true]) {
      const { status, text } = await chat({ model, stream, messages: [user], tools, tool_choice: 'required' });
      expect([status, sentText().includes('$top')]).toEqual([200, false]);
      expect(text).toContain('\\"$top\\"');
      expect(text).toContain(long);
    }
  });

  it('a schema beside json_object is kept, and a code fence taken off', async () => {
    behave({ 'response-format': 'fenced' });
    const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
    for (const [model] of places) {
      const response_format = { type: 'json_object', schema };
      const { status, text } = await chat({ model, messages: [{ role: 'user', content: 'x' }], response_format });
      expect(status).toBe(200);
      expect(sentText()).toContain('colour');
      const { content } = readRecord(readRecord(readArray(readRecord(JSON.parse(text)).choices)[0]).message);
      expect([model, JSON.parse(readString(content) ?? '')]).toEqual([model, { colour: expect.any(String) }]);
    }
  });
});

describe('what clients parse is there, also in relayed answers', () => {
  it.each([
    ['weird_reason', 'stop'],
    ['MAX_TOKENS', 'length'],
  ])('a reason to finish that OpenAI does not have: %s', async (finish, expected) => {
    behave({ finish });
    for (const stream of [false, true]) {
      const { text } = await chat({ model: 'openai:gpt-5.1', stream, messages: [{ role: 'user', content: 'x' }] });
      expect(text).toContain(`"finish_reason":"${expected}"`);
      expect(text).not.toContain(finish);
    }
  });

  it.each(['absent', 'empty', 'null'] as const)('the arguments of a call without any (%s)', async (none) => {
    behave({ 'tool-calls': 'always', 'tool-arguments': none });
    const tools = [{ type: 'function', name: 'now', parameters: { type: 'object', properties: {} } }];
    for (const [model, route] of places) {
      const whole = await post('/v1/responses', { model, input: 'x', tools });
      const call = readArray(readRecord(JSON.parse(whole.text)).output)
        .map(readRecord)
        .at(-1);
      expect([route, call?.type, call?.arguments]).toEqual([route, 'function_call', '{}']);
      const events = readResponsesStream(
        (await post('/v1/responses', { model, input: 'x', tools, stream: true })).text,
      );
      const written = events.filter(({ type }) => type === 'response.function_call_arguments.delta');
      expect([route, written.map(({ delta }) => delta).join('')]).toEqual([route, '{}']);
    }
  });
});

it.each(places)("the names in a request do not change those in another one's, with %s", async (model) => {
  const declare = (name: string) => {
    const parameters = `{"type":"object","properties":{"first":{"type":"string"},"${name}":{"type":"string"}}}`;
    return `{"model":"${model}","messages":[{"role":"user","content":"x"}],
      "tools":[{"type":"function","function":{"name":"look_up","parameters":${parameters}}}]}`;
  };
  // The names are spelled as clients in Python do.
  await chat(declare(String.raw`\\u`));
  expect((await chat(declare(String.raw`\u57ce\u5e02`))).status).toBe(200);
  const [schema] = schemasSent();
  expect(Object.values(readRecord(schema?.properties))).toHaveLength(2);
  expect(JSON.stringify(schema)).not.toContain(String.raw`\\`);
});

describe('usage that is counted apart arrives whole', () => {
  it.each(places.filter(([, route]) => route === 'unified' || route === 'openai-chat' || route === 'gemini-chat'))(
    'R05a: reasoning beside the output, of %s',
    async (model) => {
      const { prompt_tokens: input, total_tokens: total } = readRecord(readCase('R05a-reasoning-apart').upstream_usage);
      const { prompt_tokens, completion_tokens } = readRecord(readCase('R05a-reasoning-apart').expected);
      expect([input, total]).toEqual([prompt_tokens, 81]);
      behave({
        'input-tokens': 21,
        'output-tokens': 60,
        'reasoning-usage': 'beside',
        reasoning: 'reasoning_content',
        'reasoning-text': 'x'.repeat(240),
      });
      for (const stream of [false, true]) {
        const { text } = await chat({
          model,
          stream,
          ...(stream && { stream_options: { include_usage: true } }),
          messages: [{ role: 'user', content: 'x' }],
        });
        expect(text).toMatch(
          new RegExp(`"prompt_tokens":21,"completion_tokens":${completion_tokens},"total_tokens":81`),
        );
      }
    },
  );
});
