import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readBody } from 'node:stream/consumers';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readArray, readRecord } from '../../server/lib/json.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { png } from './odd-answer.ts';

/*
 * A model that generates images gets its own image back in the next turn, with its signature, from every client that can
 * carry them. Other models get it from the user.
 */

const model = 'google:gemini-2.5-flash-image';
const image = { inlineData: { mimeType: 'image/png', data: png }, thoughtSignature: 'c2ln' };
const answer = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Here.' }, image] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1290, totalTokenCount: 1293 },
};
const draw = { role: 'user', content: 'Draw a cat.' } as const;
const again = { role: 'user', content: 'A blue one.' } as const;

let upstream: Server;
let bench: TestBench;
let key: string;
/** The bodies that the upstream got. */
let asked: unknown[] = [];

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const body = await readBody(request);
    if (request.method === 'GET') return response.setHeader('content-type', 'application/json').end('{}');
    asked.push(JSON.parse(body));
    if (!request.url?.includes(':stream')) {
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    }
    return response.setHeader('content-type', 'text/event-stream').end(`data: ${JSON.stringify(answer)}\n\n`);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  bench = await startTestBench({ ATLASSIAN_ORIGIN: `http://127.0.0.1:${port}` });
  await bench.addCredential('one@example.com');
  await bench.admin('POST', '/models', { id: model });
  key = (await bench.generateKey()).key;
});
afterAll(async () => {
  await bench.close();
  upstream.closeAllConnections();
  upstream.close();
});
beforeEach(() => {
  asked = [];
});

const client = () => new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0 });

async function generate(contents: readonly object[]): Promise<Response> {
  return fetch(`${bench.origin}/v1beta/models/${model}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ contents }),
  });
}

const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content'];
/** The SDK's types do not allow every item of an answer in a request. */
const sentBack = (output: readonly unknown[]): OpenAI.Responses.ResponseInput => Object([draw, ...output, again]);

/** Each asks twice, and sends the first answer back as its client got it. */
const loops: Readonly<Record<string, () => Promise<unknown>>> = {
  async 'Chat Completions'() {
    const { choices } = await client().chat.completions.create({ model, messages: [draw] });
    const [choice] = choices;
    if (choice === undefined) throw new Error('no choice');
    return client().chat.completions.create({ model, messages: [draw, choice.message, again] });
  },
  async 'streams of Chat Completions'() {
    const stream = client().chat.completions.stream({ model, messages: [draw] });
    const { choices } = await stream.finalChatCompletion();
    const [choice] = choices;
    if (choice === undefined) throw new Error('no choice');
    return client().chat.completions.create({ model, messages: [draw, choice.message, again] });
  },
  async Responses() {
    const { output } = await client().responses.create({ model, input: [draw], include, store: false });
    return client().responses.create({ model, input: sentBack(output), include, store: false });
  },
  async 'streams of Responses'() {
    const stream = client().responses.stream({ model, input: [draw], include, store: false });
    const { output } = await stream.finalResponse();
    return client().responses.create({ model, input: sentBack(output), include, store: false });
  },
  async 'stored Responses'() {
    const { id } = await client().responses.create({ model, input: [draw] });
    return client().responses.create({ model, input: [again], previous_response_id: id });
  },
  async 'references to items of stored Responses'() {
    const { output } = await client().responses.create({ model, input: [draw] });
    const drawn = output.find((item) => item.type === 'image_generation_call');
    // As OpenAI's documentation shows it.
    const reference = Object({ type: 'image_generation_call', id: drawn?.id });
    return client().responses.create({ model, input: [draw, reference, again] });
  },
  async Gemini() {
    const given = readRecord(await (await generate([{ role: 'user', parts: [{ text: draw.content }] }])).json());
    const content = readRecord(readRecord(readArray(given.candidates)[0]).content);
    const turn = (text: string) => ({ role: 'user', parts: [{ text }] });
    return generate([turn(draw.content), content, turn(again.content)]);
  },
};

it.each(Object.entries(loops))('%s: the model gets its image back', async (name, loop) => {
  await loop();
  expect(asked).toHaveLength(2);
  const contents = readArray(readRecord(asked[1]).contents).map(readRecord);
  const own = contents.filter(({ role }) => role === 'model').flatMap(({ parts }) => readArray(parts));
  // A reference is to the image only, and not to the reasoning with its signature.
  const isSigned = !name.startsWith('references');
  expect(own).toContainEqual(isSigned ? image : { ...image, thoughtSignature: expect.any(String) });
  expect(contents.at(-1)).toMatchObject({ role: 'user', parts: [{ text: again.content }] });
});

it.each([
  [
    { modalities: ['image', 'text'], image_config: { aspect_ratio: '16:9', image_size: '2K' } },
    { aspectRatio: '16:9', imageSize: '2K' },
  ],
  [{}, undefined],
])('images are asked for as Vertex requires it: %j', async (members, imageConfig) => {
  const response = await bench.chat({ model, messages: [draw], ...members });
  expect(response.headers.get('x-gateway-warnings')).toBeNull();
  expect(readRecord(asked[0]).generationConfig).toEqual({
    responseModalities: ['TEXT', 'IMAGE'],
    ...(imageConfig && { imageConfig }),
  });
});

it('OpenAI’s tool for images asks for them, too', async () => {
  const tools = [{ type: 'image_generation' as const, size: '1536x1024' as const }];
  const { data, response } = await client().responses.create({ model, input: 'A cat', tools }).withResponse();
  expect(response.headers.get('x-gateway-warnings')).toBeNull();
  expect(data.output.map(({ type }) => type)).toEqual(['message', 'image_generation_call']);
  expect(readRecord(asked[0])).not.toHaveProperty('tools');
  expect(readRecord(asked[0]).generationConfig).toMatchObject({ imageConfig: { aspectRatio: '3:2' } });
});
