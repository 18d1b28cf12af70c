import type { Behaviour } from '../../behaviour.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { type OpenAiModel, openAiModelOf } from '../models.ts';

/** A Responses request in the form that the rules check. */
export type ResponsesRequest = {
  readonly body: JsonRecord;
  readonly items: readonly JsonRecord[];
  readonly tools: readonly JsonRecord[];
  readonly effort: string;
  readonly model: string;
  readonly abilities: OpenAiModel;
  readonly behaviour: Behaviour;
};

/** Reads what the rules need and ignores invalid parts. A plain text is one user message. */
export function readResponsesRequest(body: JsonRecord, model: string, behaviour: Behaviour): ResponsesRequest {
  const abilities = openAiModelOf(model);
  return {
    body,
    items: typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : asArray(body.input).map(asRecord),
    tools: asArray(body.tools).map(asRecord),
    effort: asString(asRecord(body.reasoning).effort) || abilities.defaultEffort,
    model,
    abilities,
    behaviour,
  };
}

/** The kind of an item; a message may leave it out. */
export function kindOf(item: JsonRecord): string {
  return asString(item.type) || 'message';
}

/** Whether the item is the result of a call. */
export function isOutput(item: JsonRecord): boolean {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output';
}

/** Whether the item is a call. */
export function isCall(item: JsonRecord): boolean {
  return item.type === 'function_call' || item.type === 'custom_tool_call';
}
