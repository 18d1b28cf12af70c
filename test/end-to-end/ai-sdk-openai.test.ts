import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { APICallError, generateText, isStepCount, type ModelMessage, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAiSdk, weatherTools } from '../support/ai-sdk.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const models = ['openai:gpt-5.1', 'anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash'];
/** The provider recognises reasoning models by id, but knows only OpenAI's. */
const providerOptions = {
  openai: { forceReasoning: true, reasoningEffort: 'low', reasoningSummary: 'auto' },
} as const;

/** With the default `store`, earlier output is referred to by id. */
describe.each(models)('the Vercel AI SDK on the Responses API, %s', (name) => {
  let bench: TestBench;
  let provider: OpenAIProvider;
  let model: ReturnType<OpenAIProvider['responses']>;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    provider = createOpenAI({ baseURL: bench.baseURL, apiKey: key });
    model = provider.responses(name);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const upstreamText = () => JSON.stringify(bench.simulator.control.lastRequest().body);

  testAiSdk(() => ({ bench, model, nothing: provider.responses('nothing') }));

  it('sends what the system says', async () => {
    await generateText({ model, system: 'Be brief.', prompt: '你好，世界！' });
    expect(upstreamText()).toContain('Be brief.');
  });

  it.each([false, true])(
    'reasons, says something and calls, and goes on from it by ids (stream: %s)',
    async (streams) => {
      bench.simulator.control.setDefault({ 'reasoning-text': 'Let me think.', 'tool-call-count': 2 });
      const asked: string[] = [];
      const params = { model, providerOptions, tools: weatherTools(asked), stopWhen: isStepCount(5) };
      const messages: ModelMessage[] = [{ role: 'user', content: 'get_weather of Paris' }];
      for (const turn of [1, 2]) {
        const result = streams ? streamText({ ...params, messages }) : await generateText({ ...params, messages });
        expect(await result.text).toBe('The tool answered: {"forecast":"sunshine"} ; {"forecast":"sunshine"}');
        expect(asked).toHaveLength(2 * turn);
        const { messages: said } = await result.response;
        messages.push(...said, { role: 'user', content: 'get_weather of Rome' });
      }
      // Both arrived, although the text was sent only once.
      expect(upstreamText()).toContain('The tool answered: {');
      const steps = bench.simulator.control.requests({ kind: 'model' });
      expect(steps).toHaveLength(4);
    },
  );

  it('is told by the answer’s failure what happened', async () => {
    bench.simulator.control.setDefault({ status: 400 });
    await expect(generateText({ model, prompt: 'Hi', maxRetries: 0 })).rejects.toBeInstanceOf(APICallError);
  });

  it('goes on from the id of a response', async () => {
    const first = await generateText({ model, prompt: 'My name is Ada.' });
    const previousResponseId = String(first.providerMetadata?.openai?.responseId);
    const second = await generateText({ model, prompt: 'And?', providerOptions: { openai: { previousResponseId } } });
    expect(second.text).toContain('And?');
    expect(upstreamText()).toContain('You said: My name is Ada.');
  });
});
