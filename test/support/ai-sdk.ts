import { APICallError, generateText, type LanguageModel, Output, streamText, tool } from 'ai';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { TestBench } from './gateway.ts';

export const city = z.object({ name: z.string(), population: z.number(), districts: z.array(z.string()) });

/** @param asked collects the requests of the calls */
export function weatherTools(asked: string[]) {
  return {
    get_weather: tool({
      description: 'The weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city: place }) => {
        asked.push(place);
        return { forecast: 'sunshine' };
      },
    }),
  };
}

export interface AiSdkSubject {
  readonly bench: TestBench;
  readonly model: LanguageModel;
  /** A model of the same provider that the gateway does not know. */
  readonly nothing: LanguageModel;
}

/** Declares the tests for a provider of the Vercel AI SDK. @param subject called when a test runs */
export function testAiSdk(subject: () => AiSdkSubject): void {
  it('generates text', async () => {
    const { model } = subject();
    const { text, finishReason, usage } = await generateText({ model, system: 'Be brief.', prompt: '你好，世界！' });
    expect(text).toBe('You said: 你好，世界！');
    expect(finishReason).toBe('stop');
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it('streams text', async () => {
    const { model } = subject();
    const result = streamText({ model, system: 'Be brief.', prompt: 'one two three' });
    const pieces = await Array.fromAsync(result.textStream);
    expect(pieces.join('')).toBe('You said: one two three');
    expect(pieces.length).toBeGreaterThan(1);
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).totalTokens).toBeGreaterThan(0);
  });

  it('generates and streams an object', async () => {
    const { model } = subject();
    const asking = { model, prompt: 'Describe Paris.', output: Output.object({ schema: city }) };
    const { output } = await generateText(asking);
    expect(output).toEqual(city.parse(output));
    const result = streamText(asking);
    const partial = await Array.fromAsync(result.partialOutputStream);
    expect(partial.at(-1)).toEqual(await result.output);
    expect(city.safeParse(await result.output).success).toBe(true);
  });

  it('shows pictures', async () => {
    const { model } = subject();
    const data = new Uint8Array([137, 80, 78, 71]);
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'file' as const, mediaType: 'image/png', data },
    ];
    const { text } = await generateText({ model, messages: [{ role: 'user', content }] });
    expect(text).toBe('You said: What is this? (with 1 image)');
  });

  it('learns what went wrong', async () => {
    const asking = generateText({ model: subject().nothing, prompt: 'Hello', maxRetries: 0 });
    await expect(asking).rejects.toBeInstanceOf(APICallError);
    await expect(asking).rejects.toMatchObject({
      statusCode: 404,
      isRetryable: false,
      message: expect.stringContaining('nothing'),
    });
  });

  it('closes the upstream request when it is aborted', async () => {
    const { bench, model } = subject();
    bench.simulator.control.setDefault({ pace: 20, chunks: 1000 });
    const leaving = new AbortController();
    const result = streamText({ model, prompt: 'Hello', abortSignal: leaving.signal, onError: () => {} });
    for await (const _piece of result.textStream) leaving.abort();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
}
