import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { type ReadAnswer, readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-sonnet-4@20250514';
const said = '你好，世界！ "quoted" \\ back — 😀\u2028line\ttab';
const tools = ['get_weather', 'find_city'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}));
const counts: Settings = { 'input-tokens': 11, 'output-tokens': 7 };

/** Every variant of the answer that says the same; the gateway's client must not be able to tell them apart. */
const variants: readonly Settings[] = [
  {},
  { finish: 'openai' },
  { finish: 'null' },
  { finish: 'absent' },
  { finish: 'end_turn' },
  { finish: 'STOP' },
  { finish: 'something-new' },
  { 'chunk-key': 'delta' },
  { content: 'string' },
  { 'content-parts': 5 },
  { role: 'all' },
  { role: 'none' },
  { 'envelope-fields': 'minimal' },
  { usage: 'every' },
  { usage: 'trailing' },
  { usage: 'response-payload' },
  { 'usage-names': 'prompt-completion' },
  { usage: 'response-payload', 'usage-names': 'input-output' },
  { 'answer-as': 'json' },
  { 'answer-as': 'sse' },
  { 'stream-end': 'no-done' },
  { 'last-chunk': 'text' },
  { 'last-chunk': 'no-choices' },
  { filler: 'no-choices' },
  { filler: 'no-content' },
  { filler: 'empty-object' },
  { 'line-end': 'crlf' },
  { 'line-end': 'cr' },
  { 'event-separator': 'single-line' },
  { 'last-frame': 'unended' },
  { 'last-frame': 'unended', 'stream-end': 'no-done' },
  { comments: 'on' },
  { 'data-lines': 'many' },
  { 'data-space': 'off' },
  { 'event-lines': 'on' },
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
  { chunks: 40 },
  { 'tool-stream': 'fragments' },
  { 'tool-stream': 'fragments', 'tool-fragment-size': 1 },
  { 'tool-stream': 'fragments', 'tool-index': 'missing' },
  { 'tool-arguments': 'object' },
  { 'tool-id': 'missing' },
  { 'tool-id': 'duplicate' },
  { 'tool-index': 'missing' },
  { 'answer-model': 'absent' },
];

/** Values of knobs that may come together, whatever the others are. */
const anyVariant = fc.record<Settings>(
  {
    finish: fc.constantFrom('native', 'openai', 'null', 'absent', 'odd'),
    'chunk-key': fc.constantFrom('message', 'delta'),
    content: fc.constantFrom('array', 'string'),
    role: fc.constantFrom('first', 'all', 'none'),
    'envelope-fields': fc.constantFrom('full', 'minimal'),
    usage: fc.constantFrom('last', 'every', 'trailing', 'response-payload'),
    'answer-as': fc.constantFrom('auto', 'json', 'sse'),
    'stream-end': fc.constantFrom('done', 'no-done'),
    'last-chunk': fc.constantFrom('empty', 'text', 'no-choices'),
    filler: fc.constantFrom('none', 'no-choices', 'no-content', 'empty-object'),
    'line-end': fc.constantFrom('lf', 'crlf', 'cr'),
    'event-separator': fc.constantFrom('blank-line', 'single-line'),
    'last-frame': fc.constantFrom('ended', 'unended'),
    comments: fc.constantFrom('off', 'on'),
    'data-space': fc.constantFrom('on', 'off'),
    'event-lines': fc.constantFrom('auto', 'on'),
    'json-style': fc.constantFrom('compact', 'spaced', 'ascii', 'escaped-keys'),
    'write-size': fc.constantFrom(0, 1, 3, 50),
    reasoning: fc.constantFrom('none', 'reasoning_content', 'reasoning', 'thinking'),
    'tool-stream': fc.constantFrom('whole', 'fragments'),
    'tool-arguments': fc.constantFrom('string', 'object'),
    'tool-id': fc.constantFrom('present', 'missing', 'duplicate'),
  },
  { requiredKeys: [] },
);

describe('whatever the unified route sends', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(model, 'unified');
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  /** The answer of either kind, held to the schemas and to the rules of streams. */
  async function ask(
    stream: boolean,
    knobs: Settings,
    request: Readonly<Record<string, unknown>>,
  ): Promise<ReadAnswer> {
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
    if (!stream) return readChatCompletion(body);
    const read = readChatStream(body, { includeUsage: true });
    expect(read.error).toBeNull();
    return read;
  }

  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

  async function expectText(stream: boolean, knobs: Settings): Promise<void> {
    const answer = await ask(stream, knobs, {});
    expect(answer).toMatchObject({ model, usage });
    expect(answer.choices).toHaveLength(1);
    const [choice] = answer.choices;
    const whole = `You said: ${said}`;
    expect(choice).toMatchObject({ text: knobs.chunks === undefined ? whole : choice?.text, finishReason: 'stop' });
    expect(choice?.text.startsWith(whole)).toBe(true);
    const thinks = knobs.reasoning !== undefined && knobs.reasoning !== 'none';
    expect(choice?.reasoning).toBe(thinks ? 'The simulator thinks about the question.' : '');
  }

  async function expectCalls(stream: boolean, knobs: Settings, given: unknown): Promise<void> {
    const request = { tools, tool_choice: 'required' };
    const answer = await ask(stream, { 'tool-call-count': 3, ...knobs }, request);
    expect(answer.choices).toHaveLength(1);
    const [choice] = answer.choices;
    expect(choice?.finishReason).toBe('tool_calls');
    const calls = choice?.calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) }));
    expect(calls).toEqual(['get_weather', 'find_city', 'get_weather'].map((name) => ({ name, input: given })));
    expect(new Set(choice?.calls.map(({ id }) => id)).size).toBe(3);
  }

  describe.each([
    ['a stream', true],
    ['a whole answer', false],
  ] as const)('the client gets %s', (_form, stream) => {
    it.each(variants)('of the same text: %j', (knobs) => expectText(stream, knobs));

    it.each(variants)('of the same calls: %j', (knobs) => expectCalls(stream, knobs, { city: said }));

    it.each(['null', 'absent', 'empty'] as const)('of calls without arguments (%s)', (form) =>
      expectCalls(stream, { 'tool-arguments': form }, {}),
    );

    it.each(['reasoning_content', 'reasoning', 'thinking'] as const)('with reasoning as %s', (reasoning) =>
      expectText(stream, { reasoning }),
    );

    it('with a reason for every finish', async () => {
      const reasons: Record<string, string> = {
        length: 'length',
        MAX_TOKENS: 'length',
        model_context_window_exceeded: 'length',
        stop_sequence: 'stop',
        refusal: 'content_filter',
        SAFETY: 'content_filter',
        tool_use: 'stop',
      };
      for (const [finish, reason] of Object.entries(reasons)) {
        const { choices } = await ask(stream, { finish }, {});
        expect([finish, choices[0]?.finishReason]).toEqual([finish, reason]);
      }
    });

    it('whatever comes together', { timeout: 30_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyVariant, async (knobs) => {
          await expectText(stream, knobs);
          await expectCalls(stream, knobs, { city: said });
        }),
        { numRuns: 25, seed: 20_250_514 },
      );
    });

    it('with each of several choices under its own index', async () => {
      const { choices } = await ask(stream, { 'chunk-size': 3 }, { n: 3 });
      expect(choices.map(({ text }) => text)).toEqual([0, 1, 2].map(() => `You said: ${said}`));
      const asked = bench.simulator.control.requests({ kind: 'model' });
      expect(asked).toHaveLength(3);
      for (const { body } of asked) expect(body).not.toHaveProperty('request_payload.n');
    });
  });
});
