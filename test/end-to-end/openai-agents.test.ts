import { Agent, MemorySession, OpenAIProvider, Runner, tool, user } from '@openai/agents';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const models = ['openai:gpt-5.1', 'anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash'];

describe.each(models)('@openai/agents, %s', (model) => {
  let bench: TestBench;
  let runner: Runner;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    const modelProvider = new OpenAIProvider({ baseURL: bench.baseURL, apiKey: key, useResponses: true });
    runner = new Runner({ modelProvider, model, tracingDisabled: true });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const upstreamText = () => JSON.stringify(bench.simulator.control.lastRequest().body);
  const weather = tool({
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: z.object({ city: z.string() }),
    execute: async () => 'sunshine',
  });
  const agent = () =>
    new Agent({
      name: 'Helper',
      instructions: 'Be brief.',
      tools: [weather],
      modelSettings: { reasoning: { effort: 'low', summary: 'auto' } },
    });

  it('runs a loop over tools', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.', 'tool-call-count': 2 });
    const result = await runner.run(agent(), 'get_weather of Paris');
    expect(result.finalOutput).toMatch(/^The tool answered: .*sunshine.* ; .*sunshine/);
    expect(upstreamText()).toContain('Be brief.');
    const history = [...result.history, user('get_weather of Rome')];
    expect((await runner.run(agent(), history)).finalOutput).toContain('sunshine');
  });

  it('streams it', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    const result = await runner.run(agent(), 'get_weather of Paris', { stream: true });
    const types = new Set<string>();
    for await (const event of result) types.add(event.type);
    await result.completed;
    expect(result.finalOutput).toMatch(/^The tool answered: .*sunshine/);
    expect([...types]).toEqual(expect.arrayContaining(['raw_model_stream_event', 'run_item_stream_event']));
  });

  it('chains by the id of the last response', async () => {
    bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm.' });
    const first = await runner.run(agent(), 'get_weather of Paris');
    const { lastResponseId: previousResponseId = '' } = first;
    const second = await runner.run(new Agent({ name: 'Other' }), 'And Rome?', { previousResponseId });
    expect(second.finalOutput).toContain('And Rome?');
    expect(upstreamText()).toMatch(/The tool answered: .*sunshine/);
  });

  it('keeps a session of its own', async () => {
    const session = new MemorySession();
    const talker = new Agent({ name: 'Talker' });
    await runner.run(talker, 'My name is Ada.', { session });
    await runner.run(talker, 'And?', { session });
    expect(upstreamText()).toContain('You said: My name is Ada.');
  });

  it('hands over, and has its output structured', async () => {
    const writer = new Agent({ name: 'Writer', outputType: z.object({ name: z.string(), rain: z.boolean() }) });
    const result = await runner.run(writer, 'Describe Paris.');
    expect(result.finalOutput).toEqual({ name: expect.any(String), rain: expect.any(Boolean) });
  });
});
