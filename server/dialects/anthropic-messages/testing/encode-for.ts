import type { AnswerTransform } from '../../../conversation/answer-transform.ts';
import type { PromptCaching } from '../../../conversation/prompt-caching.ts';
import type { ConversationRequest } from '../../../conversation/request.ts';
import { TranslationLog, type TranslationNote } from '../../../conversation/translation.ts';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { encodeMessagesRequest } from '../encode-request.ts';

export interface EncodedForTest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: readonly TranslationNote[];
  readonly transformAnswer: AnswerTransform | undefined;
}

/** A request with one user message and the given fields. */
export function requestWith(given: Partial<ConversationRequest> = {}): ConversationRequest {
  return {
    model: 'm',
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    choiceCount: 1,
    ...given,
  };
}

/** Encodes a request for a model. @returns the body as the upstream would parse it */
export function encodeFor(
  model: string,
  given: Partial<ConversationRequest> = {},
  target: {
    readonly maxOutputTokens?: number;
    readonly refused?: readonly string[];
    readonly promptCaching?: PromptCaching;
  } = {},
): EncodedForTest {
  const notes = new TranslationLog();
  const { body, createAnswerTransform } = encodeMessagesRequest(requestWith(given), {
    model,
    maxOutputTokens: target.maxOutputTokens ?? null,
    notes,
    refusedMembers: new Set(target.refused),
    ...withoutUndefined({ promptCaching: target.promptCaching }),
  });
  return { body: JSON.parse(JSON.stringify(body)), notes: notes.list(), transformAnswer: createAnswerTransform?.() };
}
