import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { type ReadAnswer, readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const said = '你好，世界！ "quoted" \\ back — 😀\u2028line\ttab';
const tools = ['get_weather', 'find_city'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}));
const counts: Settings = { 'input-tokens': 11, 'output-tokens': 7, reasoning: 'none' };

/** What any vendor's stream may look like on its way here; the gateway's client must not be able to tell them apart. */
const framings: readonly Settings[] = [
  {},
  { 'line-end': 'crlf' },
  { 'line-end': 'cr' },
  { 'event-separator': 'single-line' },
  { 'last-frame': 'unended' },
  { comments: 'on' },
  { 'data-lines': 'many' },
  { 'data-space': 'off' },
  { 'event-lines': 'on' },
  { 'event-lines': 'off' },
  { 'json-style': 'spaced' },
  { 'json-style': 'ascii' },
  { 'json-style': 'escaped-keys' },
  { 'write-size': 1 },
  { 'write-size': 7, 'line-end': 'crlf' },
  { compression: 'gzip' },
  { compression: 'br' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/octet-stream' },
  { 'chunk-size': 1 },
  { 'body-end': 'close' },
  { informational: 'early-hints' },
  { 'answer-model': 'absent' },
];

const ofClaude: readonly Settings[] = [
  { pings: 'none' },
  { pings: 'many' },
  { 'message-members': 'classic' },
  { 'message-stop': 'metrics' },
];
const ofOpenai: readonly Settings[] = [{ 'stream-end': 'no-done' }];

/** Routes with a model each, and what only their vendor's streams may be. */
const routes: readonly (readonly [string, string, readonly Settings[]])[] = [
  ['vertex-anthropic', 'anthropic:claude-sonnet-4-5@20250929', ofClaude],
  [
    'bedrock-anthropic',
    'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
    [...ofClaude, { 'bedrock-stream': 'aws' }, { 'bedrock-stream': 'aws', 'write-size': 3 }],
  ],
  [
    'vertex-gemini',
    'google:gemini-2.5-flash',
    [{ 'gemini-stream': 'array' }, { 'gemini-stream': 'array', 'write-size': 1 }, { 'gemini-stream': 'sse' }],
  ],
  ['gemini-chat', 'google:gemini-2.5-flash', ofOpenai],
  ['openai-chat', 'openai:gpt-5.1', ofOpenai],
  ['openai-responses', 'openai:gpt-5.1', ofOpenai],
];

/** Knobs of framing that may come together, whatever the others are. */
const anyFraming = fc.record<Settings>(
  {
    'line-end': fc.constantFrom('lf', 'crlf', 'cr'),
    'event-separator': fc.constantFrom('blank-line', 'single-line'),
    'last-frame': fc.constantFrom('ended', 'unended'),
    comments: fc.constantFrom('off', 'on'),
    'data-space': fc.constantFrom('on', 'off'),
    'event-lines': fc.constantFrom('auto', 'on', 'off'),
    'json-style': fc.constantFrom('compact', 'spaced', 'ascii', 'escaped-keys'),
    'write-size': fc.constantFrom(0, 1, 3, 50),
    'chunk-size': fc.constantFrom(1, 5, 100),
    pings: fc.constantFrom('first', 'none', 'many'),
    'message-members': fc.constantFrom('full', 'classic'),
    'gemini-stream': fc.constantFrom('auto', 'array', 'sse'),
    'bedrock-stream': fc.constantFrom('sse', 'aws'),
  },
  { requiredKeys: [] },
);

describe.each(routes)('whatever %s sends', (route, model, ofVendor) => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(model, route);
  });
  afterAll(() => bench.close());

  /** The answer of either kind, held to the schemas and to the rules of streams. */
  async function ask(stream: boolean, knobs: Settings, request: object): Promise<ReadAnswer> {
    bench.simulator.control.reset();
    bench.simulator.control.setDefault({ ...counts, ...knobs });
    const response = await bench.chat({
      model,
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      messages: [{ role: 'user', content: said }],
      ...request,
    });
    const body = await response.text();
    expect(response.status, body).toBe(200);
    expect(bench.simulator.control.requests({ kind: 'model' })).toMatchObject([{ route, status: 200 }]);
    if (!stream) return readChatCompletion(body);
    const read = readChatStream(body, { includeUsage: true });
    expect(read.error).toBeNull();
    return read;
  }

  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

  async function expectText(stream: boolean, knobs: Settings): Promise<void> {
    const answer = await ask(stream, knobs, {});
    expect(answer).toMatchObject({ model, usage });
    expect(answer.choices).toMatchObject([
      { text: `You said: ${said}`, reasoning: '', calls: [], finishReason: 'stop' },
    ]);
  }

  async function expectCalls(stream: boolean, knobs: Settings): Promise<void> {
    const answer = await ask(stream, { 'tool-call-count': 3, ...knobs }, { tools, tool_choice: 'required' });
    expect(answer).toMatchObject({ model, usage });
    expect(answer.choices).toHaveLength(1);
    const [choice] = answer.choices;
    expect(choice?.finishReason).toBe('tool_calls');
    const calls = choice?.calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) }));
    const input = { city: said };
    expect(calls).toEqual(['get_weather', 'find_city', 'get_weather'].map((name) => ({ name, input })));
    expect(new Set(choice?.calls.map(({ id }) => id)).size).toBe(3);
  }

  describe.each([
    ['a stream', true],
    ['a whole answer', false],
  ] as const)('the client gets %s', (_form, stream) => {
    it.each([...framings, ...ofVendor])('of the same text and calls: %j', async (knobs) => {
      await expectText(stream, knobs);
      await expectCalls(stream, knobs);
    });

    it('whatever comes together', async () => {
      await fc.assert(
        fc.asyncProperty(anyFraming, async (knobs) => {
          await expectText(stream, knobs);
          await expectCalls(stream, knobs);
        }),
        { numRuns: 10, seed: 20_250_514 },
      );
    });
  });
});
