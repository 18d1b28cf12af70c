import { expect } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { type ReadAnswer, readChatCompletion, readChatStream } from './chat-answer.ts';
import type { TestBench } from './gateway.ts';

/** Text for requests and answers, with all kinds of characters that framing may break. */
export const said = '你好，世界！ "quoted" \\ back — 😀\u2028line\ttab';

const tools = ['get_weather', 'find_city'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}));
const counts: Settings = { 'input-tokens': 11, 'output-tokens': 7 };
export const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** Variants of an upstream answer that must not make a difference for the gateway's client. */
export const framings: readonly Settings[] = [
  {},
  { 'line-end': 'crlf' },
  { 'line-end': 'cr' },
  { 'event-separator': 'single-line' },
  { 'last-frame': 'unended' },
  { comments: 'on' },
  { 'data-lines': 'many' },
  { 'data-space': 'off' },
  { 'event-lines': 'on' },
  { 'event-lines': 'off' },
  { 'json-style': 'spaced' },
  { 'json-style': 'ascii' },
  { 'json-style': 'escaped-keys' },
  { 'write-size': 1 },
  { 'write-size': 7, 'line-end': 'crlf' },
  { compression: 'gzip' },
  { compression: 'br' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/octet-stream' },
  { 'chunk-size': 1 },
  { 'body-end': 'close' },
  { informational: 'early-hints' },
  { 'answer-model': 'absent' },
];

export interface VariantQuestion {
  readonly stream: boolean;
  /** Knobs for the upstream's answer. */
  readonly knobs: Settings;
  readonly request?: object;
}

/** Sends a Chat Completions request and checks the answer against the schemas and the rules of streams. */
export async function askForVariant(
  bench: TestBench,
  model: string,
  { stream, knobs, request = {} }: VariantQuestion,
): Promise<ReadAnswer> {
  bench.simulator.control.setDefault({ ...counts, ...knobs });
  const response = await bench.chat({
    model,
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
    messages: [{ role: 'user', content: said }],
    ...request,
  });
  const body = await response.text();
  expect(response.status, body).toBe(200);
  if (!stream) return readChatCompletion(body);
  const read = readChatStream(body, { includeUsage: true });
  expect(read.error).toBeNull();
  return read;
}

/** The prompt for an answer with three calls. */
export const callsQuestion = { tools, tool_choice: 'required' };
export const callsKnobs: Settings = { 'tool-call-count': 3 };

/** @param given the arguments of each call */
export function expectThreeCalls(answer: ReadAnswer, given: unknown): void {
  expect(answer.choices).toHaveLength(1);
  const [choice] = answer.choices;
  expect(choice?.finishReason).toBe('tool_calls');
  const calls = choice?.calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) }));
  expect(calls).toEqual(['get_weather', 'find_city', 'get_weather'].map((name) => ({ name, input: given })));
  expect(new Set(choice?.calls.map(({ id }) => id)).size).toBe(3);
}
