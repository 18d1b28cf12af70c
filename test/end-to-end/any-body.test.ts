import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChatCompletion, readChatError, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-sonnet-4@20250514';
const members = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'response_format',
  'stop',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'seed',
  'logit_bias',
  'logprobs',
  'reasoning_effort',
  'user',
  'metadata',
  'prompt_cache_key',
  'input',
  'instructions',
  'modalities',
  'prediction',
  'web_search_options',
] as const;
const messageMembers = ['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'function_call', 'refusal', 'audio'];
const anything = fc.jsonValue({ maxDepth: 3 });
const role = fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function');

/** Almost valid requests. */
const nearlyRight = fc
  .record({
    messages: fc.array(
      fc.record(
        { role, content: fc.oneof(fc.string(), fc.constant(null), fc.array(anything, { maxLength: 2 })) },
        { requiredKeys: ['role'] },
      ),
      { maxLength: 4 },
    ),
    changes: fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 2 }),
    inMessage: fc.dictionary(fc.constantFrom(...messageMembers), anything, { maxKeys: 2 }),
  })
  .map(({ messages, changes, inMessage }) => ({
    model,
    messages: [...messages, { role: 'user', content: 'Hello', ...inMessage }],
    ...changes,
  }));

const body = fc.oneof(
  { weight: 4, arbitrary: nearlyRight.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: anything.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(nearlyRight, fc.nat(500))
      .map(([value, length]) => Buffer.from(JSON.stringify(value)).subarray(0, length)),
  },
);

describe('whatever a client sends', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());

  it('it gets an answer or is told what is wrong with it, and nobody else suffers', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await sendHttp(bench.origin, '/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}` },
          body: sent,
        });
        statuses.add(answer.status);
        expect(answer.headers['x-request-id']).toBeDefined();
        if (answer.status !== 200) {
          expect(answer.status).toBeGreaterThanOrEqual(400);
          expect(answer.status, answer.body).toBeLessThan(500);
          readChatError(answer.body);
        } else if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
          const includeUsage = /"include_usage":true/.test(sent.toString());
          expect(readChatStream(answer.body, { includeUsage }).error).toBeNull();
        } else readChatCompletion(answer.body);
      }),
      { numRuns: 300, seed: 20_241_022 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
    const { body: listed } = await bench.admin('GET', '/credentials');
    expect(listed).toMatchObject({ credentials: [{ state: { name: 'ready', inFlight: 0 } }] });
    expect(bench.log()).not.toContain('"level":50');
  });
});
