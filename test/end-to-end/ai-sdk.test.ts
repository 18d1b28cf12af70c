import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAiSdk, weatherTools } from '../support/ai-sdk.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/** One model per family with its native route. */
const models = [
  'anthropic:claude-sonnet-4@20250514',
  'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
  'google:gemini-2.5-flash',
  'openai:gpt-5.1',
] as const;

describe.each(models)('the Vercel AI SDK with %s', (id) => {
  let bench: TestBench;
  let provider: ReturnType<typeof createOpenAICompatible>;
  let model: ReturnType<typeof provider.chatModel>;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    provider = createOpenAICompatible({
      name: 'gateway',
      baseURL: bench.baseURL,
      apiKey: key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
    model = provider.chatModel(id);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  testAiSdk(() => ({ bench, model, nothing: provider.chatModel('nothing') }));

  const modelRequests = () => bench.simulator.control.requests({ kind: 'model' });

  it.each(['none', 'medium'])('generates text in a loop over tools (reasoning effort: %s)', async (reasoningEffort) => {
    const asked: string[] = [];
    const { text, steps } = await generateText({
      model,
      prompt: 'get_weather of Paris',
      tools: weatherTools(asked),
      stopWhen: isStepCount(5),
      providerOptions: { gateway: { reasoningEffort } },
    });
    expect(asked).toEqual(['get_weather of Paris']);
    expect(text).toBe('The tool answered: {"forecast":"sunshine"}');
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
  });

  it.each(['whole', 'fragments'] as const)('streams text in a loop over tools (calls in %s)', async (form) => {
    bench.simulator.control.setDefault({ 'tool-stream': form, 'tool-call-count': 2, finish: 'null' });
    const asked: string[] = [];
    const result = streamText({
      model,
      prompt: 'get_weather of Paris',
      tools: weatherTools(asked),
      stopWhen: isStepCount(5),
    });
    expect(await result.text).toBe('The tool answered: {"forecast":"sunshine"} ; {"forecast":"sunshine"}');
    expect(asked).toEqual(['get_weather of Paris', 'get_weather of Paris']);
    expect(modelRequests()).toHaveLength(2);
  });

  it('reads the reasoning', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'Let me think.' });
    const { reasoningText, text } = await generateText({ model, prompt: 'Hello' });
    expect([reasoningText, text]).toEqual(['Let me think.', 'You said: Hello']);
    const streamed = streamText({ model, prompt: 'Hello' });
    expect(await streamed.reasoningText).toBe('Let me think.');
  });

  it('learns of a failure inside a stream', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'openai', 'stream-error-at': 2, chunks: 5 });
    const errors: unknown[] = [];
    const result = streamText({ model, prompt: 'Hello', onError: ({ error }) => void errors.push(error) });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect(text).not.toBe('');
    expect(errors).toHaveLength(1);
  });
});
