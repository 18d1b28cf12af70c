import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import type { ReadAnswer } from '../support/chat-answer.ts';
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

const noReasoning: Settings = { reasoning: 'none' };

const ofClaude: readonly Settings[] = [
  { pings: 'none' },
  { pings: 'many' },
  { 'message-members': 'classic' },
  { 'message-stop': 'metrics' },
];
const ofOpenai: readonly Settings[] = [{ 'stream-end': 'no-done' }];

/** Routes with one model each, and the stream variants of their vendor. */
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

/** Framing knobs that can be combined freely. */
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

  async function ask(stream: boolean, knobs: Settings, request: object): Promise<ReadAnswer> {
    bench.simulator.control.reset();
    const answer = await askForVariant(bench, model, { stream, knobs: { ...noReasoning, ...knobs }, request });
    expect(bench.simulator.control.requests({ kind: 'model' })).toMatchObject([{ route, status: 200 }]);
    expect(answer).toMatchObject({ model, usage });
    return answer;
  }

  async function expectText(stream: boolean, knobs: Settings): Promise<void> {
    const { choices } = await ask(stream, knobs, {});
    expect(choices).toMatchObject([{ text: `You said: ${said}`, reasoning: '', calls: [], finishReason: 'stop' }]);
  }

  async function expectCalls(stream: boolean, knobs: Settings): Promise<void> {
    expectThreeCalls(await ask(stream, { ...callsKnobs, ...knobs }, callsQuestion), { city: said });
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
