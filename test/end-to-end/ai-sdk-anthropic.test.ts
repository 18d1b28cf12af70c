import { createAnthropic } from '@ai-sdk/anthropic';
import { APICallError, generateText, isStepCount, Output, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const city = z.object({ name: z.string(), population: z.number(), districts: z.array(z.string()) });
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
  const thinking = { anthropic: { thinking: { type: 'enabled' as const, budgetTokens: 2000 } } };

  it('generates text', async () => {
    const { text, finishReason, usage } = await generateText({ model, system: 'Be brief.', prompt: '你好，世界！' });
    expect(text).toBe('You said: 你好，世界！');
    expect(finishReason).toBe('stop');
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it('streams text', async () => {
    const result = streamText({ model, system: 'Be brief.', prompt: 'one two three' });
    const pieces = await Array.fromAsync(result.textStream);
    expect(pieces.join('')).toBe('You said: one two three');
    expect(pieces.length).toBeGreaterThan(1);
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).totalTokens).toBeGreaterThan(0);
  });

  it('generates text in a loop over tools', async () => {
    const asked: string[] = [];
    const { text, steps } = await generateText({
      model,
      prompt: 'get_weather of Paris',
      tools: tools(asked),
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
      tools: tools(asked),
      stopWhen: isStepCount(5),
      maxOutputTokens: 4000,
      providerOptions: thinking,
    });
    expect(await result.text).toContain('sunshine');
    expect(asked).toHaveLength(2);
    expect(bench.simulator.control.requests({ kind: 'model' }).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('generates and streams an object', async () => {
    const asking = { model, prompt: 'Describe Paris.', output: Output.object({ schema: city }) };
    const { output } = await generateText(asking);
    expect(output).toEqual(city.parse(output));
    const result = streamText(asking);
    const partial = await Array.fromAsync(result.partialOutputStream);
    expect(partial.at(-1)).toEqual(await result.output);
  });

  it('shows pictures', async () => {
    const data = new Uint8Array([137, 80, 78, 71]);
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'file' as const, mediaType: 'image/png', data },
    ];
    const { text } = await generateText({ model, messages: [{ role: 'user', content }] });
    expect(text).toBe('You said: What is this? (with 1 image)');
  });

  it('learns what went wrong', async () => {
    const asking = generateText({ model: provider('nothing'), prompt: 'Hello', maxRetries: 0 });
    await expect(asking).rejects.toBeInstanceOf(APICallError);
    await expect(asking).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining('nothing') });
  });

  it('learns of a failure inside a stream', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'message', 'stream-error-at': 8, chunks: 12 });
    const errors: unknown[] = [];
    const result = streamText({ model, prompt: 'Hello', onError: ({ error }) => void errors.push(error) });
    const pieces = await Array.fromAsync(result.textStream);
    expect(pieces.join('')).not.toBe('');
    expect(errors.length).toBeGreaterThan(0);
  });

  it('closes the upstream request when it is aborted', async () => {
    bench.simulator.control.setDefault({ pace: 20, chunks: 1000 });
    const leaving = new AbortController();
    const result = streamText({ model, prompt: 'Hello', abortSignal: leaving.signal, onError: () => {} });
    for await (const _piece of result.textStream) leaving.abort();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
});
