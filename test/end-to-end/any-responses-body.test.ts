import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResponsesStream, requireResponsesSchema } from '../schemas/responses.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const models = ['anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash', 'openai:gpt-5.1'];
const members = [
  ...['model', 'input', 'messages', 'instructions', 'stream', 'store', 'tools', 'tool_choice', 'parallel_tool_calls'],
  ...['max_output_tokens', 'max_tokens', 'temperature', 'top_p', 'reasoning', 'text', 'include', 'metadata', 'user'],
  ...['previous_response_id', 'conversation', 'background', 'prompt', 'truncation', 'prompt_cache_key', 'n', 'stop'],
] as const;
const itemMembers = [
  ...['type', 'role', 'content', 'id', 'call_id', 'name', 'namespace', 'arguments', 'output', 'input', 'summary'],
  ...['encrypted_content', 'status', 'phase'],
] as const;
const itemTypes = [
  ...['message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
  ...['item_reference', 'compaction', 'compaction_trigger', 'web_search_call', 'local_shell_call_output', 'other'],
] as const;
const anything = fc.jsonValue({ maxDepth: 3 });
const id = fc.constantFrom('a', 'b', 'rs_1', 'msg_1');

const item = fc
  .record(
    {
      type: fc.constantFrom(...itemTypes),
      role: fc.constantFrom('user', 'assistant', 'system', 'developer'),
      content: fc.oneof(fc.string(), fc.array(anything, { maxLength: 2 })),
      id,
      call_id: id,
      name: fc.constantFrom('f', 'g'),
      arguments: fc.constantFrom('{}', '', '{"x":'),
      input: fc.string(),
      output: fc.string(),
    },
    { requiredKeys: [] },
  )
  .chain((whole) =>
    fc
      .dictionary(fc.constantFrom(...itemMembers), anything, { maxKeys: 1 })
      .map((changes) => ({ ...whole, ...changes })),
  );

/** Almost valid requests. */
const nearlyRight = fc
  .record({
    model: fc.constantFrom(...models),
    items: fc.array(item, { maxLength: 4 }),
    changes: fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 2 }),
    stream: fc.boolean(),
  })
  .map(({ model, items, changes, stream }) => ({
    ...{ model, stream, input: [...items, { role: 'user', content: 'Hello' }] },
    ...changes,
  }));

const body = fc.oneof(
  { weight: 6, arbitrary: nearlyRight.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: anything.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);
const path = fc.constantFrom('/v1/responses', '/v1/responses', '/v1/responses/compact', '/v1/responses/input_tokens');
const schemas = {
  '/v1/responses': 'ResponseComplete',
  '/v1/responses/compact': 'CompactedResponse',
  '/v1/responses/input_tokens': 'InputTokensResponse',
} as const;

describe('whatever a client of the Responses API sends', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());

  it('it gets an answer or is told what is wrong with it', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(path, body, async (to, sent) => {
        const answer = await sendHttp(bench.origin, to, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}` },
          body: sent,
        });
        statuses.add(answer.status);
        if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
          expect(readResponsesStream(answer.body).at(-1)?.type).not.toBe('response.failed');
        } else if (answer.status === 200) requireResponsesSchema(schemas[to], JSON.parse(answer.body));
        else {
          expect(answer.status, answer.body + sent.toString()).toBeLessThan(500);
          requireResponsesSchema('HttpError', { status: answer.status, body: JSON.parse(answer.body) });
        }
      }),
      { numRuns: 300, seed: 20_241_022 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
    expect(bench.log()).not.toContain('"level":50');
  });
});
