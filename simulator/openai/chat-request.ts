import type { Behaviour } from '../behaviour.ts';
import { asArray, asRecord, type JsonRecord } from '../json.ts';
import { type OpenAiModel, openAiModelOf } from './models.ts';

/** A Chat Completions request in the form that the rules check. */
export type ChatRequest = {
  readonly body: JsonRecord;
  readonly messages: readonly JsonRecord[];
  readonly tools: readonly JsonRecord[];
  readonly model: string;
  readonly abilities: OpenAiModel;
  readonly behaviour: Behaviour;
};

/** Reads what the rules need; invalid parts are ignored. */
export function readChatRequest(body: JsonRecord, model: string, behaviour: Behaviour): ChatRequest {
  return {
    body,
    messages: asArray(body.messages).map(asRecord),
    tools: asArray(body.tools).map(asRecord),
    model,
    abilities: openAiModelOf(model),
    behaviour,
  };
}
