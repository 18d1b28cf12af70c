import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readBody } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { readAnthropicStream, requireAnthropicSchema } from '../schemas/anthropic.ts';
import { requireGeminiSchema, requireGeminiStream } from '../schemas/gemini.ts';
import { requireOpenAiSchema } from '../schemas/openai.ts';
import { readResponsesStream, requireResponsesSchema } from '../schemas/responses.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { chatAnswers, imitations } from './chat-answers.ts';
import { claudeAnswers } from './claude-answers.ts';
import { geminiAnswers } from './gemini-answers.ts';
import type { Client, OddAnswer, Upstream } from './odd-answer.ts';
import { responsesAnswers } from './responses-answers.ts';

/*
 * Every odd answer of every upstream, to the clients of all four APIs, whole and streamed: nothing that the model wrote
 * is lost without a warning, the answer fits the API's schemas, and the official SDKs read it.
 */

const models: Readonly<Record<Upstream, string>> = {
  'openai-chat': 'openai:gpt-5-2025-08-07',
  'openai-responses': 'openai:gpt-5.1',
  'vertex-anthropic': 'anthropic:claude-sonnet-4@20250514',
  'vertex-gemini': 'google:gemini-2.5-flash',
  'gemini-chat': 'google:gemini-2.5-pro',
  unified: 'google:gemini-3-flash-preview',
};
const oddAnswers = [geminiAnswers, claudeAnswers, chatAnswers, imitations, responsesAnswers].flat();
const clients: readonly Client[] = ['chat', 'responses', 'messages', 'gemini'];

let upstream: Server;
let bench: TestBench;
let key: string;
let answer: OddAnswer;
/** The raw bytes of the gateway's last response. */
let received = { text: '', warnings: '' };

beforeAll(async () => {
  upstream = createServer((request, response) => {
    void respond(request, response);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  bench = await startTestBench({ ATLASSIAN_ORIGIN: `http://127.0.0.1:${port}` });
  await bench.addCredential('one@example.com');
  const { useOnlyRoute: keepOnlyRoute } = bench;
  for (const [route, model] of Object.entries(models)) await keepOnlyRoute(model, route);
  key = (await bench.generateKey()).key;
});
afterAll(async () => {
  await bench.close();
  upstream.closeAllConnections();
  upstream.close();
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (request.method === 'GET') response.setHeader('content-type', 'application/json').end('{}');
  else if (/"stream":true/.test(body) || /:stream/.test(request.url ?? '')) {
    const frames = answer.frames.map((frame) => (typeof frame === 'string' ? frame : JSON.stringify(frame)));
    response.setHeader('content-type', 'text/event-stream').end(frames.map((frame) => `data: ${frame}\n\n`).join(''));
  } else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer.whole));
}

const record: typeof fetch = async (...request) => {
  const response = await fetch(...request);
  const text = await response.text();
  received = { text, warnings: response.headers.get('x-gateway-warnings') ?? '' };
  return new Response(text, { status: response.status, headers: response.headers });
};

const prompt = 'Say it.';
const openai = () => new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0, fetch: record });
const anthropic = () => new Anthropic({ baseURL: bench.origin, apiKey: key, maxRetries: 0, fetch: record });
const framesOf = (text: string): unknown[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame) => JSON.parse(frame.slice('data: '.length)));

/** An answer as a client read it. */
interface Reading {
  readonly told: unknown;
  /** Validates the bytes of the answer against the API's schemas. */
  readonly check: () => void;
}

/** Sends a request with the official SDK. */
const ask: Readonly<Record<Client, (model: string, stream: boolean) => Promise<Reading>>> = {
  async chat(model, stream) {
    const request = { model, messages: [{ role: 'user' as const, content: prompt }] };
    if (!stream) {
      const told = await openai().chat.completions.create(request);
      return { told, check: () => requireOpenAiSchema('CreateChatCompletionResponse', JSON.parse(received.text)) };
    }
    const whole = await openai().chat.completions.stream(request).finalChatCompletion();
    const frames = framesOf(received.text);
    const check = () => {
      for (const frame of frames) requireOpenAiSchema('CreateChatCompletionStreamResponse', frame);
    };
    // The SDK keeps the last piece only of members that it does not know.
    return { told: [whole, ...frames], check };
  },
  async responses(model, stream) {
    const request = { model, input: prompt, reasoning: { summary: 'auto' } } as const;
    if (!stream) {
      const told = await openai().responses.create(request);
      return { told, check: () => requireResponsesSchema('ResponseComplete', JSON.parse(received.text)) };
    }
    const told = await openai().responses.stream(request).finalResponse();
    return { told, check: () => readResponsesStream(received.text) };
  },
  async messages(model, stream) {
    const request: Anthropic.MessageCreateParamsNonStreaming = {
      model,
      max_tokens: 2000,
      messages: [{ role: 'user', content: prompt }],
      thinking: { type: 'enabled', budget_tokens: 1024 },
    };
    if (!stream) {
      const told = await anthropic().messages.create(request);
      return { told, check: () => requireAnthropicSchema('MessageComplete', JSON.parse(received.text)) };
    }
    const told = await anthropic().messages.stream(request).finalMessage();
    return { told, check: () => readAnthropicStream(received.text) };
  },
  async gemini(model, stream) {
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    await record(`${bench.origin}/v1beta/models/${model}:${method}`, {
      method: 'POST',
      headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({
        contents: [{ role: 'user', parts: [{ text: prompt }] }],
        generationConfig: { thinkingConfig: { includeThoughts: true } },
      }),
    });
    const told = stream ? framesOf(received.text) : JSON.parse(received.text);
    await keepTurn(model, stream);
    return { told, check: () => (stream ? requireGeminiStream(told) : requireGeminiSchema('FinalResponse', told)) };
  },
};

/** Google's SDK drops a turn from its history if it is not satisfied with the answer. */
async function keepTurn(model: string, stream: boolean): Promise<void> {
  const chat = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: bench.origin } }).chats.create({ model });
  if (stream) for await (const _ of await chat.sendMessageStream({ message: prompt }));
  else await chat.sendMessage({ message: prompt });
  // The SDK keeps the chunks of a stream as separate contents.
  expect([...new Set(chat.getHistory(true).map(({ role }) => role))]).toEqual(['user', 'model']);
}

/** All strings in a value, with the pieces of each member of a stream's deltas together. */
function stringsIn(value: unknown): string {
  const pieces = new Map<string, string>();
  const visit = (inner: unknown, path: string): void => {
    if (typeof inner === 'string') pieces.set(path, (pieces.get(path) ?? '') + inner);
    else if (Array.isArray(inner)) for (const item of inner) visit(item, path);
    else if (isRecord(inner)) for (const [name, member] of Object.entries(inner)) visit(member, `${path}.${name}`);
  };
  visit(value, '');
  return [...pieces.values(), JSON.stringify(value)].join('\n').replaceAll('\\"', '"');
}

const firstChoices = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(firstChoices);
  const { choices, candidates } = readRecord(value);
  const isFirst = (one: unknown) => (readRecord(one).index ?? 0) === 0;
  if (Array.isArray(choices)) return { choices: choices.filter(isFirst) };
  return Array.isArray(candidates) ? { candidates: readArray(candidates).filter(isFirst) } : value;
};

describe.each(oddAnswers.map((each) => [`${each.name} (${each.upstream})`, each] as const))('%s', (_, given) => {
  const readers = clients.flatMap((client) => [[client, false] as const, [client, true] as const]);
  it.each(readers.filter(([client, stream]) => !stream || given.unreadable !== client))(
    'to a client of %s, streamed: %s',
    async (client, stream) => {
      answer = given;
      const { told: read, check } = await ask[client](models[given.upstream], stream);
      if (given.beyond !== client) check();
      const told = stringsIn(firstChoices(read));
      const missing = [...given.words, ...(given.also?.[client] ?? [])].filter((word) => !told.includes(word));
      expect(missing).toEqual([]);
      if (stream) return;
      for (const name of given.lost?.[client] ?? []) expect(received.warnings).toContain(`answer.${name}`);
    },
  );
});
