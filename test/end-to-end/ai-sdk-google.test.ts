import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { generateText, isStepCount, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAiSdk, weatherTools } from '../support/ai-sdk.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

describe.each(['google:gemini-2.5-flash-preview-04-17', 'anthropic:claude-sonnet-4@20250514'])(
  "the Vercel AI SDK's google provider on %s",
  (id) => {
    let bench: TestBench;
    let provider: ReturnType<typeof createGoogleGenerativeAI>;
    let model: ReturnType<typeof provider>;

    beforeAll(async () => {
      bench = await startTestBench();
      await bench.addCredential('one@example.com');
      const { key } = await bench.generateKey();
      provider = createGoogleGenerativeAI({ baseURL: `${bench.origin}/v1beta`, apiKey: key });
      model = provider(id);
    });
    afterAll(() => bench.close());
    beforeEach(() => bench.simulator.control.reset());

    testAiSdk(() => ({ bench, model, nothing: provider('nothing') }));

    const thinking = { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } };

    it('generates text in a loop over tools', async () => {
      const asked: string[] = [];
      const { text, steps } = await generateText({
        model,
        prompt: 'get_weather of Paris',
        tools: weatherTools(asked),
        stopWhen: isStepCount(5),
      });
      expect(asked).toEqual(['get_weather of Paris']);
      expect(text).toContain('sunshine');
      expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
    });

    it('streams text in a loop over tools, thinking', async () => {
      bench.simulator.control.setDefault({ 'tool-call-count': 2, reasoning: 'thinking', 'reasoning-text': 'Hmm' });
      const asked: string[] = [];
      const result = streamText({
        model,
        prompt: 'get_weather of Paris',
        tools: weatherTools(asked),
        stopWhen: isStepCount(5),
        providerOptions: thinking,
      });
      expect(await result.text).toContain('sunshine');
      expect(asked).toEqual(['get_weather of Paris', 'get_weather of Paris']);
      expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
    });

    it('learns of a failure inside a stream', async () => {
      bench.simulator.control.setDefault({ 'stream-error': 'google', 'stream-error-at': 2, chunks: 5 });
      const errors: unknown[] = [];
      const result = streamText({ model, prompt: 'Hello', onError: ({ error }) => void errors.push(error) });
      const pieces = await Array.fromAsync(result.textStream);
      expect(pieces.join('')).not.toBe('');
      expect(errors.length).toBeGreaterThan(0);
    });
  },
);
