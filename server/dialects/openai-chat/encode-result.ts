import type { Choice, ConversationResult } from '../../conversation/result.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { AnswerContext } from '../dialect.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** OpenAI's `CreateChatCompletionResponse` as JSON text. */
export function encodeResult(result: ConversationResult & { readonly usage: Usage }, context: AnswerContext): string {
  const legacy = context.options.legacyFunctions;
  return JSON.stringify({
    id: `chatcmpl-${context.id}`,
    object: 'chat.completion',
    created: context.created,
    model: context.model,
    choices: result.choices.map((choice) => ({
      index: choice.index,
      message: encodeMessage(choice, legacy),
      logprobs: choice.logprobs === undefined ? null : encodeLogprobs(choice.logprobs),
      finish_reason: encodeFinishReason(choice.finishReason, legacy),
    })),
    usage: encodeUsage(result.usage),
  });
}

function encodeMessage(choice: Choice, legacy: boolean): Readonly<Record<string, unknown>> {
  const speechless = choice.toolCalls.length > 0 || choice.refusal !== '';
  return {
    role: 'assistant',
    content: choice.text === '' && speechless ? null : choice.text,
    refusal: choice.refusal === '' ? null : choice.refusal,
    ...(choice.reasoning !== '' && { reasoning_content: choice.reasoning }),
    ...encodeCalls(choice, legacy),
  };
}

/** The legacy form has room for one call. */
function encodeCalls({ toolCalls }: Choice, legacy: boolean): Readonly<Record<string, unknown>> {
  const [first] = toolCalls;
  if (first === undefined) return {};
  if (legacy) return { function_call: { name: first.name, arguments: first.arguments } };
  return {
    tool_calls: toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.arguments },
    })),
  };
}
