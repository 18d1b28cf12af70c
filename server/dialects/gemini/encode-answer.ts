import type { Choice, ConversationAnswer } from '../../conversation/answer.ts';
import type { Usage } from '../../conversation/usage.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { encodeAnswerParts } from './answer-parts.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { geminiName } from './name.ts';
import { toPublicMembers } from './public-members.ts';
import { encodeUsage } from './usage.ts';

/** Encodes a complete answer as a `GenerateContentResponse`. */
export function encodeAnswer(
  answer: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  options: GeminiAnswerOptions,
): ByteString {
  const promptFeedback = blockOf(answer.choices);
  return encodeJson({
    ...(promptFeedback === undefined
      ? { candidates: answer.choices.map((choice) => encodeChoice(choice, options)) }
      : { promptFeedback }),
    usageMetadata: encodeUsage(answer.usage),
    modelVersion: answer.upstreamModel ?? context.model,
    responseId: context.id,
  });
}

/** The reason why Gemini blocked the prompt; undefined if it did not. */
function blockOf(choices: readonly Choice[]): unknown {
  const [only, ...others] = choices;
  if (only === undefined || others.length > 0 || only.parts.length > 0) return undefined;
  return vendorMembersOf(only.finish.vendor, geminiName).promptFeedback;
}

function encodeChoice({ index, parts, finish }: Choice, options: GeminiAnswerOptions): JsonRecord {
  return {
    ...toPublicMembers(vendorMembersOf(finish.vendor, geminiName)),
    content: { role: 'model', parts: encodeAnswerParts(parts, options) },
    finishReason: encodeFinishReason(finish),
    index,
  };
}
