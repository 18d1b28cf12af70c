import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, isStepCount, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAiSdk, weatherTools } from '../support/ai-sdk.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const places = [
  ['anthropic:claude-sonnet-4-5@20250929', 'vertex-anthropic'],
  ['bedrock:anthropic.claude-opus-4-6-v1', 'bedrock-anthropic'],
  ['anthropic:claude-sonnet-4-5@20250929', 'unified'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['openai:gpt-5.1', 'openai-responses'],
] as const;

describe.each(places)("the Vercel AI SDK's anthropic provider on %s (%s)", (id, route) => {
  let bench: TestBench;
  let provider: ReturnType<typeof createAnthropic>;
  let model: ReturnType<typeof provider>;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(id, route);
    const { key } = await bench.generateKey();
    provider = createAnthropic({ baseURL: bench.baseURL, apiKey: key });
    model = provider(id);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  testAiSdk(() => ({ bench, model, nothing: provider('nothing') }));

  const thinking = { anthropic: { thinking: { type: 'enabled' as const, budgetTokens: 2000 } } };

  it('generates text in a loop over tools', async () => {
    const asked: string[] = [];
    const { text, steps } = await generateText({
      model,
      prompt: 'get_weather of Paris',
      tools: weatherTools(asked),
      stopWhen: isStepCount(5),
    });
    expect(asked).toEqual([expect.stringContaining('Paris')]);
    expect(text).toContain('sunshine');
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
  });

  it('streams text in a loop over tools, thinking', async () => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2, 'reasoning-text': 'Hmm' });
    const asked: string[] = [];
    const result = streamText({
      model,
      prompt: 'get_weather of Paris',
      tools: weatherTools(asked),
      stopWhen: isStepCount(5),
      maxOutputTokens: 4000,
      providerOptions: thinking,
    });
    expect(await result.text).toContain('sunshine');
    expect(asked).toHaveLength(2);
    expect(bench.simulator.control.requests({ kind: 'model' }).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('learns of a failure inside a stream', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'message', 'stream-error-at': 8, chunks: 12 });
    const errors: unknown[] = [];
    const result = streamText({ model, prompt: 'Hello', onError: ({ error }) => void errors.push(error) });
    const pieces = await Array.fromAsync(result.textStream);
    expect(pieces.join('')).not.toBe('');
    expect(errors.length).toBeGreaterThan(0);
  });
});
