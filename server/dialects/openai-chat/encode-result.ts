import type { Choice, ConversationResult } from '../../conversation/result.ts';
import type { Usage } from '../../conversation/usage.ts';
import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { AnswerContext } from '../dialect.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** OpenAI's `CreateChatCompletionResponse`. Put together from pieces, so that a text's literal is copied as it stands. */
export function encodeResult(
  result: ConversationResult & { readonly usage: Usage },
  { id, created, model, options }: AnswerContext,
): ByteString {
  const choices = result.choices.map((choice) => encodeChoice(choice, options.legacyFunctions));
  const head = `"id":${encodeJson(`chatcmpl-${id}`)},"object":"chat.completion","created":${created}`;
  const tail = `"choices":[${choices.join(',')}],"usage":${encodeJson(encodeUsage(result.usage))}`;
  return `{${head},"model":${encodeJson(model)},${tail}}`;
}

function encodeChoice(choice: Choice, legacy: boolean): ByteString {
  const refusal = choice.refusal === '' ? 'null' : encodeJson(choice.refusal);
  const message = `{"role":"assistant","content":${encodeText(choice)},"refusal":${refusal}${encodeExtras(choice, legacy)}}`;
  const logprobs = choice.logprobs === undefined ? 'null' : encodeJson(encodeLogprobs(choice.logprobs));
  const finish = encodeJson(encodeFinishReason(choice.finishReason, legacy));
  return `{"index":${choice.index},"message":${message},"logprobs":${logprobs},"finish_reason":${finish}}`;
}

function encodeText({ text, toolCalls, refusal }: Choice): ByteString {
  if (typeof text !== 'string') return `"${text.literal}"`;
  const speechless = toolCalls.length > 0 || refusal !== '';
  return speechless && text === '' ? 'null' : encodeJson(text);
}

/** The members that a message has only when there is something in them, each with a comma before it. */
function encodeExtras(choice: Choice, legacy: boolean): ByteString {
  const reasoning = choice.reasoning === '' ? '' : `,"reasoning_content":${encodeJson(choice.reasoning)}`;
  return reasoning + encodeCalls(choice, legacy);
}

/** The legacy form has room for one call. */
function encodeCalls({ toolCalls }: Choice, legacy: boolean): ByteString {
  const [first] = toolCalls;
  if (first === undefined) return '';
  if (legacy) return `,"function_call":${encodeJson({ name: first.name, arguments: first.arguments })}`;
  const calls = toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return `,"tool_calls":${encodeJson(calls)}`;
}
