import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../routes.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { pick, type RawAnswer, readEvents, send } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const messages = [
  { role: 'user', content: [{ type: 'text', text: 'hello world', cache_control: { type: 'ephemeral' } }] },
];
const vertexBody = { anthropic_version: 'vertex-2023-10-16', max_tokens: 100, messages };
const bedrockBody = { ...vertexBody, anthropic_version: 'bedrock-2023-05-31' };

const vertexPath = (method: string): string =>
  `/v1/google/v1/publishers/anthropic/models/claude-opus-4@20250514:${method}`;
const bedrockPath = (method: string): string => `/v1/bedrock/model/anthropic.claude-opus-4-20250514-v1%3A0/${method}`;

function post(path: string, body: object, knobs = ''): Promise<RawAnswer> {
  return send(simulator, {
    path: `${gatewayPath}${path}`,
    body,
    headers: knobs === '' ? {} : { 'x-simulate': knobs },
  });
}

const routes = [
  ['vertex-anthropic', vertexPath('rawPredict'), vertexPath('streamRawPredict'), vertexBody, 'claude-opus-4@20250514'],
  [
    'bedrock-anthropic',
    bedrockPath('invoke'),
    bedrockPath('invoke-with-response-stream'),
    bedrockBody,
    'anthropic.claude-opus-4-20250514-v1:0',
  ],
] as const;

describe.each(routes)('%s', (route, wholePath, streamPath, body, model) => {
  test('answers whole', async () => {
    expect(JSON.parse((await post(wholePath, body)).text)).toMatchObject({
      type: 'message',
      role: 'assistant',
      model,
      content: [{ type: 'text', text: 'You said: hello world' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 8, cache_read_input_tokens: 0, output_tokens: 6 },
    });
    expect(simulator.control.lastRequest()).toMatchObject({ route, model });
  });

  test('streams data lines only', async () => {
    const answer = await post(streamPath, body);
    expect(answer.text).not.toContain('event:');
    const told = readEvents(answer.text);
    const types = told.map((event) => pick(event, 'type'));
    expect(types.slice(0, 3)).toEqual(['message_start', 'content_block_start', 'ping']);
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(told.map((event) => pick(event, 'delta.text') ?? '').join('')).toBe('You said: hello world');
    expect(told.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 6 } });
  });

  test('streams with event lines when asked', async () => {
    expect((await post(streamPath, body, 'event-lines=on')).text).toMatch(
      /^event: message_start\ndata: \{"type":"message_start"/,
    );
  });

  test.each([
    [{ model: 'x' }, 'model: Extra inputs are not permitted'],
    [{ stream: true }, 'stream: Extra inputs are not permitted'],
    [{ system: '' }, 'system: text content blocks must be non-empty'],
    [{ anthropic_version: 'x' }, 'anthropic_version: Input should be'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [
      { tools: [{ name: 'f', input_schema: { type: 'object' }, strict: true }] },
      'tools.0.custom.strict: Extra inputs are not permitted',
    ],
    [{ messages: [{ role: 'user', content: 'x', name: 'n' }] }, 'messages.0.name: Extra inputs are not permitted'],
  ])('refuses %j', async (over, message) => {
    const answer = await post(wholePath, { ...body, ...over });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    });
    expect((await post(wholePath, { ...body, ...over }, 'strict=off')).status).toBe(200);
  });
});

test('images are refused when a knob says so', async () => {
  const content = [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }];
  const body = { ...vertexBody, messages: [{ role: 'user', content }] };
  expect((await post(vertexPath('rawPredict'), body)).text).toContain('(with 1 image)');
  expect((await post(vertexPath('rawPredict'), body, 'images=reject')).status).toBe(400);
});

describe('tools and thinking', () => {
  const tools = [{ name: 'f', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
  const body = { ...vertexBody, tools, tool_choice: { type: 'any' } };

  test('calls tools, whole and in fragments', async () => {
    expect(JSON.parse((await post(vertexPath('rawPredict'), body)).text)).toMatchObject({
      content: [
        { type: 'tool_use', id: expect.stringMatching(/^toolu_vrtx_/), name: 'f', input: { city: 'hello world' } },
      ],
      stop_reason: 'tool_use',
    });
    const told = readEvents(
      (await post(vertexPath('streamRawPredict'), body, 'tool-stream=fragments,tool-fragment-size=4')).text,
    );
    const pieces = told.map((event) => pick(event, 'delta.partial_json')).filter((piece) => piece !== undefined);
    expect(pieces.length).toBeGreaterThan(4);
    expect(JSON.parse(pieces.join(''))).toEqual({ city: 'hello world' });
  });

  test('reads their results', async () => {
    const history = [
      ...messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: '21' }] }] },
    ];
    expect((await post(vertexPath('rawPredict'), { ...vertexBody, tools, messages: history })).text).toContain(
      'The tool answered: 21',
    );
  });

  test('thinks before it speaks', async () => {
    const told = readEvents(
      (await post(vertexPath('streamRawPredict'), vertexBody, 'reasoning=thinking,reasoning-text=Hm')).text,
    );
    expect(told[1]).toMatchObject({ index: 0, content_block: { type: 'thinking' } });
    expect(told).toContainEqual({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'thinking_delta', thinking: 'Hm' },
    });
    expect(told).toContainEqual(expect.objectContaining({ index: 1, content_block: { type: 'text', text: '' } }));
  });
});

/** Reads AWS binary messages, checking lengths and both checksums. */
function readMessages(
  bytes: Buffer,
): readonly { readonly headers: Readonly<Record<string, string>>; readonly payload: unknown }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const message = bytes.subarray(at, at + bytes.readUInt32BE(at));
    const headersEnd = 12 + message.readUInt32BE(4);
    expect(message.readUInt32BE(8)).toBe(crc32(message.subarray(0, 8)));
    expect(message.readUInt32BE(message.length - 4)).toBe(crc32(message.subarray(0, -4)));
    const headers: Record<string, string> = {};
    for (let head = 12; head < headersEnd; ) {
      const nameEnd = head + 1 + (message[head] ?? 0);
      expect(message[nameEnd]).toBe(7);
      const valueEnd = nameEnd + 3 + message.readUInt16BE(nameEnd + 1);
      headers[message.toString('utf8', head + 1, nameEnd)] = message.toString('utf8', nameEnd + 3, valueEnd);
      head = valueEnd;
    }
    const payload: unknown = JSON.parse(message.toString('utf8', headersEnd, message.length - 4));
    found.push({ headers, payload });
    at += message.length;
  }
  return found;
}

describe('AWS binary messages', () => {
  test('hold the events', async () => {
    const answer = await post(
      bedrockPath('invoke-with-response-stream'),
      bedrockBody,
      'bedrock-stream=aws,write-size=5',
    );
    expect(answer.headers['content-type']).toBe('application/vnd.amazon.eventstream');
    const told = readMessages(answer.body);
    expect(told[0]?.headers).toEqual({
      ':event-type': 'chunk',
      ':content-type': 'application/json',
      ':message-type': 'event',
    });
    const events = told.map(({ payload }): unknown =>
      JSON.parse(Buffer.from(String(pick(payload, 'bytes')), 'base64').toString('utf8')),
    );
    expect(events[0]).toMatchObject({ type: 'message_start' });
    expect(events.map((event) => pick(event, 'delta.text') ?? '').join('')).toBe('You said: hello world');
  });

  test('hold an exception', async () => {
    const answer = await post(
      bedrockPath('invoke-with-response-stream'),
      bedrockBody,
      'bedrock-stream=aws,stream-error=message,stream-error-at=2,error-message=Boom',
    );
    expect(readMessages(answer.body).at(-1)).toEqual({
      headers: {
        ':exception-type': 'modelStreamErrorException',
        ':content-type': 'application/json',
        ':message-type': 'exception',
      },
      payload: { message: 'Boom' },
    });
  });
});
