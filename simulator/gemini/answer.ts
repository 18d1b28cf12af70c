import type { Answer } from '../answer/answer.ts';
import { finishWord } from '../answer/finish-words.ts';
import { sealProof } from '../answer/proofs.ts';
import type { Behaviour } from '../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import type { JsonRecord } from '../json.ts';
import { signedText } from './rules/signatures.ts';

/** A whole answer. */
export function encodeGenerated(answer: Answer, behaviour: Behaviour): object {
  const thought = answer.reasoningPieces.join('');
  const text = answer.textPieces.join('');
  const whole = {
    ...answer,
    reasoningPieces: thought === '' ? [] : [thought],
    textPieces: text === '' ? [] : [text],
  };
  return encodeResponse(answer, answerParts(whole, behaviour), true, behaviour);
}

/** Each chunk has one part; usage stands on the last one, or, growing, on every one as the `usage` knob says. */
export function encodeGeneratedChunks(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  const parts = answerParts(answer, behaviour);
  const leading = parts.slice(0, -1).map((part, index) => {
    const share = Math.ceil((answer.usage.output * (index + 1)) / parts.length);
    const sofar = { ...answer, usage: { ...answer.usage, output: Math.max(share, answer.usage.reasoning) } };
    return jsonFrame(encodeResponse(sofar, [part], false, behaviour));
  });
  return [...leading, endingFrame(encodeResponse(answer, parts.slice(-1), true, behaviour))];
}

/** Thoughts where they are shown, text, calls. The signature stands on the first call, else on the last part. */
function answerParts(answer: Answer, behaviour: Behaviour): readonly JsonRecord[] {
  const shows = answer.reasoningDisplay === 'shown';
  const parts: readonly JsonRecord[] = [
    ...(shows ? answer.reasoningPieces.map((text) => ({ text, thought: true })) : []),
    ...answer.textPieces.map((text) => ({ text })),
    ...answer.toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } })),
  ];
  if (answer.reasoningDisplay === 'none') return parts;
  const firstCall = parts.findIndex((part) => part.functionCall !== undefined);
  const signed = firstCall === -1 ? parts.length - 1 : firstCall;
  return parts.map((part, index) => (index === signed ? sign(part, answer, behaviour) : part));
}

function sign(part: JsonRecord, answer: Answer, behaviour: Behaviour): JsonRecord {
  const signed = signedText(part.functionCall);
  return { ...part, thoughtSignature: sealProof('google', signed, answer.number, behaviour['proof-padding']) };
}

function encodeResponse(answer: Answer, parts: readonly object[], isLast: boolean, behaviour: Behaviour): object {
  const finishReason = isLast ? { finishReason: finishWord(answer.finish, behaviour.finish, 'google') } : {};
  const showsUsage = behaviour.usage === 'every' || (isLast && behaviour.usage !== 'none');
  return {
    candidates: [{ content: { role: 'model', parts }, ...finishReason, index: 0 }],
    ...(showsUsage ? { usageMetadata: encodeUsage(answer) } : {}),
    modelVersion: answer.model,
    responseId: `gemini-${answer.number}`,
  };
}

/** Gemini counts thoughts apart from what the candidate says. */
function encodeUsage({ usage }: Answer): object {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
    ...(usage.cached === 0 ? {} : { cachedContentTokenCount: usage.cached }),
    totalTokenCount: usage.input + usage.output,
  };
}
