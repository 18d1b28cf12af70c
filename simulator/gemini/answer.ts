import type { Answer, AnswerToolCall } from '../answer/answer.ts';
import { leavesContentOut } from '../answer/content.ts';
import { finishWord } from '../answer/finish-words.ts';
import { sealProof } from '../answer/proofs.ts';
import type { Behaviour } from '../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import type { JsonRecord } from '../json.ts';
import { signedText } from './rules/signatures.ts';

/** A whole answer. */
export function encodeGenerated(answer: Answer, behaviour: Behaviour): object {
  if (behaviour['block-reason'] !== '') return blockedPrompt(answer, behaviour);
  const thought = answer.reasoningPieces.join('');
  const text = answer.textPieces.join('');
  const whole = {
    ...answer,
    reasoningPieces: thought === '' ? [] : [thought],
    textPieces: text === '' ? [] : [text],
  };
  return {
    candidates: [candidate(answer, answerParts(whole, behaviour), true, behaviour)],
    ...(behaviour.usage !== 'none' && { usageMetadata: encodeUsage(answer) }),
    ...tail(answer),
  };
}

/**
 * Each chunk has one part. Depending on the knob, usage is on the last chunk, growing on every chunk, or on a separate
 * one.
 */
export function encodeGeneratedChunks(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  if (behaviour['block-reason'] !== '') return [endingFrame(blockedPrompt(answer, behaviour))];
  const parts = leavesContentOut(behaviour) ? [] : answerParts(answer, behaviour);
  const leading = parts.slice(0, -1).map((part, index) => {
    const usage = behaviour.usage === 'every' ? { usageMetadata: usageSoFar(answer, (index + 1) / parts.length) } : {};
    return jsonFrame({ candidates: [candidate(answer, [part], false, behaviour)], ...usage, ...tail(answer) });
  });
  const usage = { usageMetadata: encodeUsage(answer) };
  const isApart = behaviour.usage === 'trailing';
  const last = {
    candidates: [candidate(answer, parts.slice(-1), true, behaviour)],
    ...(!isApart && behaviour.usage !== 'none' && usage),
    ...tail(answer),
  };
  return [...leading, endingFrame(last), ...(isApart ? [endingFrame({ ...usage, ...tail(answer) })] : [])];
}

/** A prompt that was blocked has no candidates. */
function blockedPrompt(answer: Answer, behaviour: Behaviour): object {
  return {
    promptFeedback: { blockReason: behaviour['block-reason'] },
    usageMetadata: { promptTokenCount: answer.usage.input, totalTokenCount: answer.usage.input },
    ...tail(answer),
  };
}

function tail(answer: Answer): object {
  return {
    ...(answer.model !== 'absent' && { modelVersion: answer.model }),
    responseId: `gemini-${answer.number}`,
  };
}

/** Thoughts (if shown), text, calls. The signature is on the first call, otherwise on the last part or after it. */
function answerParts(answer: Answer, behaviour: Behaviour): readonly JsonRecord[] {
  const shows = answer.reasoningDisplay === 'shown';
  const parts: readonly JsonRecord[] = [
    ...(shows ? answer.reasoningPieces.map((text) => ({ text, thought: true })) : []),
    ...(answer.finish === 'refusal' ? [] : answer.textPieces.map((text) => ({ text }))),
    ...answer.toolCalls.map((call) => ({ functionCall: { name: call.name, ...argumentsMember(call, behaviour) } })),
  ];
  if (answer.reasoningDisplay === 'none') return parts;
  const firstCall = parts.findIndex((part) => part.functionCall !== undefined);
  if (firstCall === -1 && behaviour['signature-place'] === 'apart') {
    return [...parts, sign({ text: '' }, answer, behaviour)];
  }
  const signed = firstCall === -1 ? parts.length - 1 : firstCall;
  return parts.map((part, index) => (index === signed ? sign(part, answer, behaviour) : part));
}

/** The arguments of a call, unless the knob leaves them out. */
function argumentsMember({ input }: AnswerToolCall, behaviour: Behaviour): object {
  switch (behaviour['tool-arguments']) {
    case 'null':
      return { args: null };
    case 'absent':
      return {};
    case 'empty':
      return { args: {} };
    default:
      return { args: input };
  }
}

function sign(part: JsonRecord, answer: Answer, behaviour: Behaviour): JsonRecord {
  const signed = signedText(part.functionCall);
  return { ...part, thoughtSignature: sealProof('google', signed, answer.number, behaviour['proof-padding']) };
}

function candidate(answer: Answer, parts: readonly object[], isLast: boolean, behaviour: Behaviour): object {
  const content = contentMember(parts, behaviour);
  if (!isLast) return { ...content, index: 0 };
  const finishReason = finishWord(answer.finish, behaviour.finish, 'google');
  const isMalformed = finishReason === 'MALFORMED_FUNCTION_CALL';
  return {
    ...content,
    finishReason,
    ...(isMalformed && { finishMessage: 'Malformed function call: print(default_api.f(' }),
    ...(answer.finish === 'refusal' && { safetyRatings: [blockedRating] }),
    index: 0,
  };
}

const blockedRating = { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true };

/** The candidate's content, in the form set by the `content` knob; empty for a refusal. */
function contentMember(parts: readonly object[], { content }: Behaviour): object {
  switch (content) {
    case 'absent':
      return {};
    case 'null':
      return { content: { role: 'model' } };
    case 'empty':
      return { content: { role: 'model', parts: [] } };
    default:
      return parts.length === 0 ? {} : { content: { role: 'model', parts } };
  }
}

function usageSoFar(answer: Answer, share: number): object {
  const output = Math.max(Math.ceil(answer.usage.output * share), answer.usage.reasoning);
  return encodeUsage({ ...answer, usage: { ...answer.usage, output } });
}

/** Gemini counts thoughts separately from the candidate's content. */
function encodeUsage({ usage }: Answer): object {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning !== 0 && { thoughtsTokenCount: usage.reasoning }),
    ...(usage.cached !== 0 && { cachedContentTokenCount: usage.cached }),
    totalTokenCount: usage.input + usage.output,
  };
}
