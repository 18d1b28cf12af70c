import { expect } from 'vitest';
import { readAnthropicStream, requireAnthropicSchema } from '../schemas/anthropic.ts';
import { requireGeminiSchema } from '../schemas/gemini.ts';
import { requireOpenAiSchema } from '../schemas/openai.ts';
import { readResponsesStream, requireResponsesSchema } from '../schemas/responses.ts';
import type { ClientAnswer } from './replay.ts';

/** Checks a client's answer against its API's schemas. Fails for a dialect without a check. */
export function assertWellFormed(dialect: string, answer: ClientAnswer, stream: boolean): void {
  const check = checks.get(dialect);
  if (check === undefined) throw new Error(`test/golden/assert-well-formed.ts has no check for ${dialect}`);
  check(answer, stream);
}

const checks: ReadonlyMap<string, (answer: ClientAnswer, stream: boolean) => void> = new Map([
  ['openai-chat', assertChat],
  ['anthropic-messages', assertMessages],
  ['openai-responses', assertResponses],
  ['gemini', assertGemini],
]);

function assertChat({ status, body }: ClientAnswer, stream: boolean): void {
  if (status !== 200) requireOpenAiSchema('ErrorResponse', JSON.parse(body));
  else if (stream) assertChatStream(body);
  else requireOpenAiSchema('CreateChatCompletionResponse', JSON.parse(body));
}

/** The payloads of a stream's events; comments are left out. */
function payloadsOf(body: string): string[] {
  return body
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => frame.slice('data: '.length));
}

function assertChatStream(body: string): void {
  const payloads = payloadsOf(body);
  const last = payloads.at(-1);
  const isDone = last === '[DONE]';
  const chunks = payloads.slice(0, -1).map((payload) => JSON.parse(payload));
  for (const chunk of chunks) requireOpenAiSchema('CreateChatCompletionStreamResponse', chunk);
  expect(payloads.filter((payload) => payload === '[DONE]')).toHaveLength(isDone ? 1 : 0);
  if (!isDone) requireOpenAiSchema('ErrorResponse', JSON.parse(last ?? 'null'));
  const reasons = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.finish_reason !== null);
  const indices = new Set(chunks.flatMap((chunk) => chunk.choices).map((choice) => choice.index));
  if (isDone) expect(reasons).toHaveLength(indices.size);
}

function assertMessages({ status, body }: ClientAnswer, stream: boolean): void {
  if (status !== 200) requireAnthropicSchema('HttpError', { status, body: JSON.parse(body) });
  else if (stream) readAnthropicStream(body);
  else requireAnthropicSchema('MessageComplete', JSON.parse(body));
}

function assertResponses({ status, body }: ClientAnswer, stream: boolean): void {
  if (status !== 200) requireResponsesSchema('HttpError', { status, body: JSON.parse(body) });
  else if (stream) readResponsesStream(body);
  else requireResponsesSchema('ResponseComplete', JSON.parse(body));
}

function assertGemini({ status, body }: ClientAnswer, stream: boolean): void {
  if (status !== 200) {
    requireGeminiSchema('HttpError', { status, body: JSON.parse(body) });
    return;
  }
  const chunks = stream ? payloadsOf(body).map((payload) => JSON.parse(payload)) : [JSON.parse(body)];
  const last = chunks.at(-1);
  for (const chunk of chunks) {
    const isEnd = chunk === last && chunk.promptFeedback === undefined;
    if (chunk.error !== undefined) requireGeminiSchema('ErrorResponse', chunk);
    else requireGeminiSchema(isEnd ? 'FinalResponse' : 'StreamChunk', withoutVertex(chunk));
  }
}

/** Members of Vertex that Gemini's own API does not have; relayed answers keep them. */
function withoutVertex({ createTime: _createTime, promptFeedback, ...chunk }: Record<string, unknown>): unknown {
  if (promptFeedback === undefined) return chunk;
  const { blockReasonMessage: _message, ...feedback } = Object(promptFeedback);
  return { ...chunk, promptFeedback: feedback };
}
