import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { askRoute } from '../../simulator/test-client.ts';
import { readAnthropicStream, requireAnthropicSchema } from './anthropic.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const body = {
  messages: [{ role: 'user', content: 'use f' }],
  tools: [{ name: 'f', input_schema: { type: 'object', properties: { n: { type: 'number' } } } }],
  thinking: { type: 'enabled', budget_tokens: 1024 },
};

describe("the simulator's Anthropic answers fit the vendor's schemas", () => {
  test.each([
    'reasoning=none',
    'reasoning-form=shown',
    'reasoning-form=omitted',
    'reasoning-form=redacted',
    'reasoning-place=interleaved,tool-call-count=2,tool-stream=fragments',
    'refusal=no',
    'tool-calls=never,usage=every',
  ])('%s', async (knobs) => {
    const whole = await askRoute(simulator, 'vertex-anthropic', { body, knobs });
    requireAnthropicSchema('MessageComplete', JSON.parse(whole.text));
    const streamed = await askRoute(simulator, 'vertex-anthropic', {
      body,
      knobs: `${knobs},event-lines=on`,
      stream: true,
    });
    expect(readAnthropicStream(streamed.text).length).toBeGreaterThan(3);
  });

  test('refusals too', async () => {
    const refused = await askRoute(simulator, 'bedrock-anthropic', { body: { ...body, thread: {} } });
    requireAnthropicSchema('HttpError', { status: refused.status, body: JSON.parse(refused.text) });
  });
});
