import { beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, chat, type NativeRoute, pick, readEvents, streamChat, wordsOf } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const messages = [{ role: 'user', content: 'use f' }];
const contents = [{ role: 'user', parts: [{ text: 'use f' }] }];
const schema = { type: 'object', properties: { n: { type: 'number' } } };
const bodies: Readonly<Record<NativeRoute, Record<string, unknown>>> = {
  'vertex-anthropic': { messages, tools: [{ name: 'f', input_schema: schema }] },
  'bedrock-anthropic': { messages, tools: [{ name: 'f', input_schema: schema }] },
  'vertex-gemini': { contents, tools: [{ functionDeclarations: [{ name: 'f', parameters: schema }] }] },
  'gemini-chat': { messages, tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  'openai-chat': { messages, tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  'openai-responses': { input: 'use f', tools: [{ type: 'function', name: 'f', parameters: schema }] },
};
const routes = Object.keys(bodies) as NativeRoute[];

async function tell(route: NativeRoute, knobs: string, stream = false): Promise<string> {
  return (await askRoute(simulator, route, { body: bodies[route], knobs, stream })).text;
}

describe('arguments as the model wrote them', () => {
  const written = '{"n":[1234567890123456789,0.1e-7,1.0,-0]}';
  const knobs = `tool-arguments-text=${encodeURIComponent(written)}`;

  test.each(routes)('keep their digits on %s, whole and streamed', async (route) => {
    for (const stream of [false, true]) {
      const text = await tell(route, knobs, stream);
      expect(text.replaceAll('\\"', '"')).toContain('[1234567890123456789,0.1e-7,1.0,-0]');
    }
  });

  test('keep their digits on the unified route, as text and as an object', async () => {
    const payload = { messages, tools: bodies['openai-chat'].tools };
    expect((await chat(simulator, { knobs, payload })).text.replaceAll('\\"', '"')).toContain(written);
    const asObject = await streamChat(simulator, { knobs: `${knobs},tool-arguments=object`, payload });
    expect(asObject.text).toContain(`"arguments":${written}`);
  });

  test('may be broken where they are text', async () => {
    const broken = `tool-arguments-text=${encodeURIComponent('{"path":"a')}`;
    expect(await tell('openai-chat', broken)).toContain('"arguments":"{\\"path\\":\\"a"');
    expect(await tell('vertex-anthropic', `${broken},finish=max_tokens`, true)).toContain(
      '"partial_json":"{\\"path\\":\\"a"',
    );
    expect(await tell('vertex-gemini', broken)).toContain('"args":{}');
  });

  test.each(['null', 'absent', 'empty'])('may be left out (%s)', async (form) => {
    const given = `tool-arguments-text=${encodeURIComponent('{"given":1}')}`;
    for (const route of routes) {
      for (const stream of [false, true]) {
        expect(await tell(route, given, stream)).toContain('given');
        expect(await tell(route, `${given},tool-arguments=${form},tool-stream=whole`, stream)).not.toContain('given');
      }
    }
  });

  test('ids may be missing or alike', async () => {
    for (const route of ['vertex-anthropic', 'openai-chat', 'openai-responses'] as const) {
      const ids = async (form: string): Promise<readonly string[]> =>
        (await tell(route, `tool-call-count=2,tool-id=${form}`)).match(/"(toolu_|call_\d)[^"]*"/g) ?? [];
      expect(new Set(await ids('present')).size).toBe(2);
      expect(new Set(await ids('duplicate')).size).toBe(1);
      expect(await ids('missing')).toEqual([]);
    }
  });

  test('a tool may be called that is not there', async () => {
    for (const route of routes) expect(await tell(route, 'tool-name=ghost')).toContain('"name":"ghost"');
  });
});

describe('refusals', () => {
  const knobs = 'refusal=I will not';

  test.each<readonly [NativeRoute, object]>([
    [
      'vertex-anthropic',
      { content: [{ type: 'text', text: 'I will not' }], stop_reason: 'refusal', stop_details: { type: 'refusal' } },
    ],
    ['openai-chat', { choices: [{ message: { content: null, refusal: 'I will not' }, finish_reason: 'stop' }] }],
    ['openai-responses', { status: 'completed', output: [{ content: [{ type: 'refusal', refusal: 'I will not' }] }] }],
    ['vertex-gemini', { candidates: [{ finishReason: 'SAFETY', safetyRatings: [{ blocked: true }] }] }],
  ])('on %s', async (route, expected) => {
    expect(JSON.parse(await tell(route, `${knobs},reasoning=none`))).toMatchObject(expected);
  });

  test('streamed', async () => {
    const chunks = readEvents(await tell('openai-chat', knobs, true));
    expect(chunks.map((chunk) => pick(chunk, 'choices.0.delta.refusal') ?? '').join('')).toBe('I will not');
    const events = readEvents(await tell('openai-responses', knobs, true));
    expect(events).toContainEqual(expect.objectContaining({ type: 'response.refusal.done', refusal: 'I will not' }));
    const claude = readEvents(await tell('vertex-anthropic', knobs, true));
    expect(claude.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' } } });
  });
});

describe('Gemini', () => {
  test('a blocked prompt has no candidates', async () => {
    for (const stream of [false, true]) {
      const text = await tell('vertex-gemini', 'block-reason=PROHIBITED_CONTENT', stream);
      const told: unknown = stream ? readEvents(text)[0] : JSON.parse(text);
      expect(told).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
      expect(told).not.toHaveProperty('candidates');
    }
  });

  test.each([
    ['malformed-call', { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: expect.any(String), index: 0 }],
    [
      'finish=UNEXPECTED_TOOL_CALL,content=null',
      { content: { role: 'model' }, finishReason: 'UNEXPECTED_TOOL_CALL', index: 0 },
    ],
    [
      'finish=TOO_MANY_TOOL_CALLS,content=empty',
      { content: { role: 'model', parts: [] }, finishReason: 'TOO_MANY_TOOL_CALLS', index: 0 },
    ],
  ])('%s says nothing', async (knobs, candidate) => {
    expect(pick(JSON.parse(await tell('vertex-gemini', knobs)), 'candidates')).toEqual([candidate]);
    const told = readEvents(await tell('vertex-gemini', knobs, true));
    expect(told).toHaveLength(1);
    expect(pick(told[0], 'candidates')).toEqual([candidate]);
  });

  test('usage may come alone at the end', async () => {
    const told = readEvents(await tell('vertex-gemini', 'usage=trailing', true));
    expect(told.at(-1)).toHaveProperty('usageMetadata.thoughtsTokenCount');
    expect(told.at(-1)).not.toHaveProperty('candidates');
    expect(told.at(-2)).not.toHaveProperty('usageMetadata');
  });

  test('a signature may stand on an empty text', async () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
    const answer = await askRoute(simulator, 'vertex-gemini', { body, stream: true, knobs: 'signature-place=apart' });
    const told = readEvents(answer.text);
    expect(pick(told.at(-1), 'candidates.0.content.parts')).toEqual([
      { text: '', thoughtSignature: expect.any(String) },
    ]);
  });
});

test.each<readonly [NativeRoute, string, unknown]>([
  ['vertex-anthropic', 'content', []],
  ['openai-chat', 'choices.0.message.content', null],
  ['openai-responses', 'output', []],
])('an empty answer on %s', async (route, path, expected) => {
  const told: unknown = JSON.parse(await tell(route, 'content=null,tool-calls=never'));
  expect(pick(told, path)).toEqual(expected);
});

describe('OpenAI usage', () => {
  test('counts reasoning inside the output, or beside it', async () => {
    const body = { messages, reasoning_effort: 'high' };
    const inside = await askRoute(simulator, 'openai-chat', { body });
    const counted = { completion_tokens: 14, completion_tokens_details: { reasoning_tokens: 10 } };
    expect(JSON.parse(inside.text)).toMatchObject({ usage: counted });
    const beside = await askRoute(simulator, 'openai-chat', { body, knobs: 'reasoning-usage=beside' });
    const { usage } = JSON.parse(beside.text);
    expect(usage).toMatchObject({ completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 10 } });
    expect(usage.total_tokens).toBe(usage.prompt_tokens + 14);
  });

  test('on the unified route too', async () => {
    const knobs = 'reasoning=reasoning_content,reasoning-usage=beside,usage-names=prompt-completion';
    const told: unknown = JSON.parse((await chat(simulator, { knobs })).text);
    expect(pick(told, 'platform_attributes.metrics.usage')).toMatchObject({ completion_tokens: 7, total_tokens: 21 });
  });
});

describe('Responses end', () => {
  test.each([
    ['finish=content_filter', 'response.incomplete', { incomplete_details: { reason: 'content_filter' } }],
    ['finish=failed', 'response.failed', { status: 'failed', error: { code: 'server_error' } }],
  ])('%s', async (knobs, type, response) => {
    const told = readEvents(await tell('openai-responses', knobs, true));
    expect(told.at(-1)).toMatchObject({ type, response });
    expect(JSON.parse(await tell('openai-responses', knobs))).toMatchObject(response);
  });

  test.each([
    [
      'response-failed',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'oops', message: 'Boom' } } },
    ],
    ['openai-event', { type: 'error', code: 'oops', message: 'Boom', param: null }],
  ])('stream-error=%s', async (kind, event) => {
    const knobs = `stream-error=${kind},error-message=Boom,error-code=oops`;
    expect(readEvents(await tell('openai-responses', knobs, true)).at(-1)).toMatchObject(event);
  });
});

test('JSON in a code fence', async () => {
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const answer = await askRoute(simulator, 'openai-chat', {
    body: { messages, response_format },
    knobs: 'response-format=fenced',
  });
  expect(pick(JSON.parse(answer.text), 'choices.0.message.content')).toBe('```json\n{"n":1}\n```');
});

describe('prompts that are too long', () => {
  test.each<readonly [NativeRoute, string, string]>([
    ['vertex-anthropic', '', 'prompt is too long: 210000 tokens > 200000 maximum'],
    ['vertex-gemini', '', 'exceeds the maximum number of tokens allowed'],
    ['openai-chat', '', "This model's maximum context length is"],
    ['openai-responses', '', 'exceeds the context window'],
    ['vertex-anthropic', 'overflow-words=context-limit', 'exceed context limit'],
    ['openai-chat', 'overflow-words=status-code', "'statusCode': 413"],
    ['openai-chat', 'overflow-words=prompt-too-long', 'prompt is too long'],
  ])('%s %s', async (route, knobs, expected) => {
    for (const limit of ['context-tokens=3', 'overflow-bytes=3']) {
      const answer = await askRoute(simulator, route, { body: bodies[route], knobs: `${limit},${knobs}` });
      expect(answer.status).toBe(400);
      expect(wordsOf(answer)).toContain(expected);
    }
  });

  test('in plain text', async () => {
    const knobs = 'context-tokens=3,overflow-words=entity,overflow-status=413';
    const answer = await askRoute(simulator, 'openai-chat', { body: bodies['openai-chat'], knobs });
    expect(answer).toMatchObject({ status: 413, text: 'Request Entity Too Large' });
  });
});
