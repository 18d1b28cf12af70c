import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, isStepCount, Output, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const city = z.object({ name: z.string(), population: z.number(), districts: z.array(z.string()) });

/** One of each family, by its native route. */
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

  const modelRequests = () => bench.simulator.control.requests({ kind: 'model' });
  const tools = (asked: string[]) => ({
    get_weather: tool({
      description: 'The weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city: place }) => {
        asked.push(place);
        return { forecast: 'sunshine' };
      },
    }),
  });

  it('generates text', async () => {
    const { text, finishReason, usage } = await generateText({ model, prompt: '你好，世界！' });
    expect(text).toBe('You said: 你好，世界！');
    expect(finishReason).toBe('stop');
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it('streams text', async () => {
    const result = streamText({ model, system: 'Be brief.', prompt: 'one two three' });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces.join('')).toBe('You said: one two three');
    expect(pieces.length).toBeGreaterThan(1);
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).totalTokens).toBeGreaterThan(0);
  });

  it.each(['none', 'medium'])('generates text in a loop over tools (reasoning effort: %s)', async (reasoningEffort) => {
    const asked: string[] = [];
    const { text, steps } = await generateText({
      model,
      prompt: 'get_weather of Paris',
      tools: tools(asked),
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
      tools: tools(asked),
      stopWhen: isStepCount(5),
    });
    expect(await result.text).toBe('The tool answered: {"forecast":"sunshine"} ; {"forecast":"sunshine"}');
    expect(asked).toEqual(['get_weather of Paris', 'get_weather of Paris']);
    expect(modelRequests()).toHaveLength(2);
  });

  it('generates an object', async () => {
    const { output } = await generateText({
      model,
      prompt: 'Describe Paris.',
      output: Output.object({ schema: city }),
    });
    expect(output).toEqual(city.parse(output));
  });

  it('streams an object', async () => {
    const result = streamText({ model, prompt: 'Describe Paris.', output: Output.object({ schema: city }) });
    const partial: unknown[] = [];
    for await (const part of result.partialOutputStream) partial.push(part);
    expect(partial.at(-1)).toEqual(await result.output);
    expect(city.safeParse(await result.output).success).toBe(true);
  });

  it('shows pictures', async () => {
    const { text } = await generateText({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', mediaType: 'image/png', data: new Uint8Array([137, 80, 78, 71]) },
          ],
        },
      ],
    });
    expect(text).toBe('You said: What is this? (with 1 image)');
  });

  it('reads the reasoning', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'Let me think.' });
    const { reasoningText, text } = await generateText({ model, prompt: 'Hello' });
    expect([reasoningText, text]).toEqual(['Let me think.', 'You said: Hello']);
    const streamed = streamText({ model, prompt: 'Hello' });
    expect(await streamed.reasoningText).toBe('Let me think.');
  });

  it('learns what went wrong', async () => {
    const asking = generateText({ model: provider.chatModel('nothing'), prompt: 'Hello', maxRetries: 0 });
    await expect(asking).rejects.toBeInstanceOf(APICallError);
    await expect(asking).rejects.toMatchObject({
      statusCode: 404,
      isRetryable: false,
      message: expect.stringContaining('nothing'),
    });
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

  it('closes the upstream request when it is aborted', async () => {
    bench.simulator.control.setDefault({ pace: 20, chunks: 1000 });
    const leaving = new AbortController();
    const result = streamText({ model, prompt: 'Hello', abortSignal: leaving.signal, onError: () => {} });
    for await (const _piece of result.textStream) leaving.abort();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
});
