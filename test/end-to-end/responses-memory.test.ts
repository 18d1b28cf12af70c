import OpenAI from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readResponsesStream, requireResponsesSchema } from '../schemas/responses.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/** One model per family; the last one on a relaying route. */
const models = ['anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash', 'openai:gpt-5.1'];
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

describe('the memory of responses', () => {
  let bench: TestBench;
  let client: OpenAI;
  let credential: string;

  beforeAll(async () => {
    bench = await startTestBench();
    credential = await bench.addCredential('one@example.com');
    client = clientOf((await bench.generateKey()).key);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());
  afterEach(() => bench.admin('PATCH', '/settings', { memory: { enabled: true, megabytes: 64, hours: 4 } }));

  const clientOf = (apiKey: string) => new OpenAI({ baseURL: bench.baseURL, apiKey, maxRetries: 0 });
  const upstreamText = () => JSON.stringify(bench.simulator.control.lastRequest().body);
  const ask = (params: ResponseCreateParamsNonStreaming, streams = false): Promise<Response> =>
    streams ? client.responses.stream({ ...params, stream: true }).finalResponse() : client.responses.create(params);
  const missing = { status: 400, code: 'previous_response_not_found', param: 'previous_response_id' };

  describe.each(models.flatMap((model) => [false, true].map((streams) => ({ model, streams }))))(
    'of $model (streamed: $streams)',
    ({ model, streams }) => {
      it('lets a conversation go on by the id of its last response', async () => {
        const first = await ask({ model, input: 'My name is Ada.', instructions: 'Be brief.' }, streams);
        expect(first).toMatchObject({ store: true, previous_response_id: null });
        const second = await ask({ model, input: 'And blue.', previous_response_id: first.id }, streams);
        expect(second.previous_response_id).toBe(first.id);
        await ask({ model, input: 'Well?', previous_response_id: second.id }, streams);
        const sent = upstreamText();
        const said = ['My name is Ada.', 'You said: My name is Ada.', 'And blue.', 'You said: And blue.', 'Well?'];
        expect(said.map((text) => sent.indexOf(text)).every((place, index, all) => place > (all[index - 1] ?? 0))).toBe(
          true,
        );
        // Instructions apply to one request only.
        expect(sent).not.toContain('Be brief.');
      });

      it('has the proofs of a loop over tools that its client never saw', async () => {
        bench.simulator.control.setDefault({ 'reasoning-text': 'Hmm' });
        const params = { model, tools: [weather], reasoning: { effort: 'low' as const } };
        const first = await ask({ ...params, input: 'get_weather of Paris' }, streams);
        const call = first.output.find((item) => item.type === 'function_call');
        const result = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'It rains.' };
        const second = await ask({ ...params, input: [result], previous_response_id: first.id }, streams);
        expect(second.output_text).toContain('It rains.');
      });

      it('knows items by their ids', async () => {
        const first = await ask({ model, input: 'My name is Ada.' }, streams);
        const references = first.output.map(
          (item): ResponseInputItem => ({ type: 'item_reference', id: item.id ?? '' }),
        );
        const input = [{ role: 'user' as const, content: 'My name is Ada.' }, ...references];
        await ask({ model, input: [...input, { role: 'user', content: 'And?' }] }, streams);
        expect(upstreamText()).toContain('You said: My name is Ada.');
      });

      it('shows a response and what it was made of, and forgets it', async () => {
        const first = await ask({ model, input: 'Hello', metadata: { a: 'b' } }, streams);
        const { output } = first;
        expect(await client.responses.retrieve(first.id)).toMatchObject({
          output: output.map(({ id, type }) => ({ id, type })),
          output_text: first.output_text,
          metadata: { a: 'b' },
        });
        requireResponsesSchema('ResponseComplete', await client.get(`/responses/${first.id}`));
        const items = await client.responses.inputItems.list(first.id);
        expect(items.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }]);
        expect(items.has_more).toBe(false);
        await expect(client.responses.cancel(first.id)).rejects.toMatchObject({ status: 400 });
        await client.responses.delete(first.id);
        await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
        await expect(ask({ model, input: 'a', previous_response_id: first.id })).rejects.toMatchObject(missing);
      });
    },
  );

  it.each(models)('shows a stream of %s that failed as its client got it, with the error', async (model) => {
    bench.simulator.control.setDefault({ cut: 'reset', 'cut-at': 6, text: 'many words '.repeat(50), chunks: 50 });
    const answer = await client.responses.create({ model, input: 'Hello', stream: true }).asResponse();
    const failed = readResponsesStream(await answer.text()).at(-1)?.response;
    expect(failed).toMatchObject({ status: 'failed', store: true, error: { code: expect.any(String) } });
    const { id }: { readonly id: string } = Object(failed);
    const kept = await client.get(`/responses/${id}`);
    expect(kept).toEqual(failed);
    requireResponsesSchema('ResponseComplete', kept);
    expect((await client.responses.inputItems.list(id)).data).toMatchObject([{ content: [{ text: 'Hello' }] }]);
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${credential}/reset`);
    await ask({ model, input: 'Go on', previous_response_id: id });
    expect(upstreamText()).toContain('Hello');
  });

  const [model = ''] = models;

  it('keeps nothing for `store: false`', async () => {
    for (const streams of [false, true]) {
      const first = await ask({ model, input: 'Hello', store: false }, streams);
      expect(first).toHaveProperty('store', false);
      await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
      await expect(ask({ model, input: 'a', previous_response_id: first.id })).rejects.toMatchObject(missing);
    }
  });

  it('has the proofs of calls that a client sends back without its reasoning, unless nothing is stored', async () => {
    const placesOfProofs = {
      'anthropic:claude-sonnet-4@20250514': '"signature":',
      'google:gemini-2.5-flash': 'thoughtSig',
    };
    for (const [family, place] of Object.entries(placesOfProofs)) {
      for (const store of [true, false]) {
        const params = { model: family, tools: [weather], reasoning: { effort: 'low' as const }, store };
        const input: ResponseInputItem[] = [{ role: 'user', content: 'get_weather of Paris' }];
        const { output } = await ask({ ...params, input });
        const call = output.find((item) => item.type === 'function_call');
        if (call === undefined) throw new Error('no tool call came');
        const { id: _, ...own } = call;
        const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'It rains.' };
        const second = await ask({ ...params, input: [...input, own, result] });
        expect(second.output_text).toContain('It rains.');
        const sent = upstreamText().replaceAll('"thoughtSignature":"skip_thought_signature_validator"', '');
        expect([family, store, sent.includes(place)]).toEqual([family, store, store]);
      }
    }
  });

  it('is each key’s own', async () => {
    const first = await ask({ model, input: 'Hello' });
    const other = clientOf((await bench.generateKey('another')).key);
    const stranger = other.responses.create({ model, input: 'a', previous_response_id: first.id });
    await expect(stranger).rejects.toMatchObject(missing);
    await expect(other.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.delete(first.id)).rejects.toMatchObject({ status: 404 });
    expect((await client.responses.retrieve(first.id)).id).toBe(first.id);
  });

  it('can be switched off, and forgets', async () => {
    const first = await ask({ model, input: 'Hello' });
    await bench.admin('PATCH', '/settings', { memory: { enabled: false } });
    await expect(ask({ model, input: 'a', previous_response_id: first.id })).rejects.toMatchObject(missing);
    expect(await ask({ model, input: 'Hello' })).toHaveProperty('store', false);
  });

  it('can be made smaller', async () => {
    const first = await ask({ model, input: 'x'.repeat(200_000) });
    expect((await client.responses.retrieve(first.id)).id).toBe(first.id);
    await bench.admin('PATCH', '/settings', { memory: { megabytes: 1 } });
    for (let times = 0; times < 8; times += 1) await ask({ model, input: 'y'.repeat(80_000) });
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
  });

  it('says what is missing: an item, but not reasoning', async () => {
    const input = (id: string): ResponseInputItem[] => [
      { type: 'item_reference', id },
      { role: 'user', content: 'Hello' },
    ];
    await expect(ask({ model, input: input('msg_none') })).rejects.toMatchObject({
      status: 404,
      param: 'input[0].id',
      message: expect.stringContaining("Item with id 'msg_none' not found"),
    });
    expect((await ask({ model, input: input('rs_none') })).status).toBe('completed');
  });

  it('is counted in the count of tokens', async () => {
    const first = await ask({ model, input: 'word '.repeat(500) });
    const count = await client.responses.inputTokens.count({ model, input: 'a', previous_response_id: first.id });
    expect(count.input_tokens).toBeGreaterThan(500);
  });

  it('keeps files whole', async () => {
    const image_url = `data:image/png;base64,${Buffer.alloc(400_000, 'picture').toString('base64')}`;
    const content = [{ type: 'input_image' as const, image_url, detail: 'auto' as const }];
    const first = await ask({ model, input: [{ role: 'user', content }] });
    await ask({ model, input: 'And?', previous_response_id: first.id });
    expect(upstreamText()).toContain(image_url.slice('data:image/png;base64,'.length));
  });

  it('keeps messages of Chat Completions as items', async () => {
    const input = [
      { role: 'user', content: 'q' },
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ];
    const { id } = await client.post<Response>('/responses', { body: { model, input } });
    const { data } = await client.responses.inputItems.list(id, { order: 'asc' });
    expect(data.map(({ type }) => type)).toEqual(['message', 'function_call', 'function_call_output']);
    await ask({ model, input: 'And?', previous_response_id: id });
    expect(upstreamText()).toMatch(/"q".*"f".*"r".*And\?/);
  });

  it('lists input items page by page', async () => {
    const input = ['a', 'b', 'c'].map((content) => ({ role: 'user' as const, content }));
    const { id } = await ask({ model, input });
    const texts: string[] = [];
    for await (const item of client.responses.inputItems.list(id, { order: 'asc', limit: 2 })) {
      if ('content' in item) texts.push(JSON.stringify(item.content));
    }
    expect(texts.map((text) => /"text":"(\w)"/.exec(text)?.[1])).toEqual(['a', 'b', 'c']);
  });
});
