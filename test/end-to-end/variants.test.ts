import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import {
  askForVariant,
  callsKnobs,
  callsQuestion,
  expectThreeCalls,
  framings,
  said,
  usage,
} from '../support/variant-answers.ts';

const model = 'anthropic:claude-sonnet-4@20250514';
/** All equivalent variants of the answer; they must not make a difference for the gateway's client. */
const variants: readonly Settings[] = [
  ...framings,
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
  { 'last-frame': 'unended', 'stream-end': 'no-done' },
  { chunks: 40 },
  { 'tool-stream': 'fragments' },
  { 'tool-stream': 'fragments', 'tool-fragment-size': 1 },
  { 'tool-stream': 'fragments', 'tool-index': 'missing' },
  { 'tool-arguments': 'object' },
  { 'tool-id': 'missing' },
  { 'tool-id': 'duplicate' },
  { 'tool-index': 'missing' },
];

/** Knob values that can be combined freely. */
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

  const ask = (stream: boolean, knobs: Settings, request: object) =>
    askForVariant(bench, model, { stream, knobs, request });

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
    expectThreeCalls(await ask(stream, { ...callsKnobs, ...knobs }, callsQuestion), given);
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
