import type { Answer } from '../answer/answer.ts';
import { geminiModel } from '../answer/models.ts';
import { sealProof } from '../answer/proofs.ts';
import type { Behaviour } from '../behaviour.ts';
import { openAiChatWire } from '../openai/chat.ts';
import { checkChatPayload, readChatPrompt } from '../openai/chat-prompt.ts';
import { readChatRequest } from '../openai/chat-request.ts';
import { applyRules } from '../refusal/rules.ts';
import { refused, type Wire } from '../wire.ts';
import { thinkingOf } from './models.ts';
import { geminiChatRules } from './rules/chat.ts';
import { signedText } from './rules/signatures.ts';

/**
 * `POST …/v1/google/publishers/google/v1/chat/completions`: Gemini in OpenAI's format. Calls carry thought signatures
 * in `extra_content.google.thought_signature`.
 */
export const geminiChatWire: Wire = {
  ...openAiChatWire,
  name: 'gemini-chat',
  errorFamily: 'google',
  serves: geminiModel,
  readPrompt: ({ body }, model, behaviour) => {
    const request = readChatRequest(body, model, behaviour);
    const refusal = applyRules(geminiChatRules, request, behaviour) ?? checkChatPayload(body, behaviour);
    if (refusal !== null) return refused(refusal);
    const { thinks, minCached } = thinkingOf(model);
    const prompt = readChatPrompt(body, model);
    const terms = { kind: 'automatic', minimum: minCached, step: 1, key: '', needsKey: false } as const;
    return {
      ok: true,
      prompt: {
        ...prompt,
        input: { ...prompt.input, counting: 'vendor', terms },
        reasoning: thinks && body.reasoning_effort !== 'none' ? 'hidden' : 'none',
      },
    };
  },
  encodeAnswer: (answer, prompt, behaviour, request) =>
    openAiChatWire.encodeAnswer(signFirstCall(answer, behaviour), prompt, behaviour, request),
};

function signFirstCall(answer: Answer, behaviour: Behaviour): Answer {
  const [first, ...others] = answer.toolCalls;
  if (first === undefined || answer.reasoningDisplay === 'none') return answer;
  const signature = sealProof('google', signedText(first), answer.number, behaviour['proof-padding']);
  const extraContent = { google: { thought_signature: signature } };
  return { ...answer, toolCalls: [{ ...first, extraContent }, ...others] };
}
