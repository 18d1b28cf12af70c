import type { RecalledAnswers } from '../../conversation/kept-answer.ts';
import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { itemsOf } from './compaction.ts';
import { type KeptResponse, recallResponse } from './kept-response.ts';
import type { WireRequest } from './schema.ts';

/** An item of the conversation, and what of the request it came from: for the words of a refusal. */
export interface ResolvedItem {
  readonly item: unknown;
  readonly parameter: string;
}

/**
 * The conversation's items in order: those of the responses that the request goes on from, then its own.
 *
 * @throws Failure for a response or an item that is not kept (any more)
 */
export function resolveItems(wire: WireRequest, recalled: RecalledAnswers): readonly ResolvedItem[] {
  return [...recallHistory(wire, recalled), ...resolveOwnItems(wire, recalled)];
}

/** The request's own items, each reference replaced by what it stands for. @throws Failure for one that is not kept */
export function resolveOwnItems(wire: WireRequest, recalled: RecalledAnswers): readonly ResolvedItem[] {
  return itemsOf(wire.input).flatMap((item, index): ResolvedItem[] => {
    const parameter = `input[${index}]`;
    const reference = readReference(item);
    if (reference === undefined) return [{ item, parameter }];
    const found = recallItem(reference.id, recalled);
    if (found !== undefined) return [{ item: found, parameter }];
    // Reasoning that is gone is missed by nobody but the model; whoever sent more than its name keeps what was sent.
    if (!reference.isBare) return [{ item, parameter }];
    if (reference.id.startsWith('rs_')) return [];
    const message = `Item with id '${reference.id}' not found.`;
    throw invalidParameter(`${parameter}.id`, 'unknown-reference', message);
  });
}

/** The names of what the request refers to. */
export function referencesOf(previous: unknown, input: unknown): readonly string[] {
  const response = readText(previous);
  const items = Array.isArray(input) ? input.flatMap((item: unknown) => readReference(item)?.id ?? []) : [];
  return [...(response === undefined ? [] : [response]), ...items];
}

/** True for an item that stands for one that was kept. */
export function isReference(item: unknown): boolean {
  return readReference(item) !== undefined;
}

interface Reference {
  readonly id: string;
  /** Nothing but the name. */
  readonly isBare: boolean;
}

/** Reasoning without its proof refers to what was kept, too: OpenAI's own server would know it by its id. */
function readReference(item: unknown): Reference | undefined {
  if (!isRecord(item)) return undefined;
  const id = readText(item.id);
  if (id === undefined) return undefined;
  if (item.type === 'item_reference') return { id, isBare: true };
  return item.type === 'reasoning' && !item.encrypted_content ? { id, isBare: false } : undefined;
}

function recallItem(id: string, recalled: RecalledAnswers): JsonRecord | undefined {
  const answer = recalled.get(id);
  return answer && recallResponse(answer).output.find((item) => item.id === id);
}

function recallHistory(
  { previous_response_id: previous }: WireRequest,
  recalled: RecalledAnswers,
): readonly ResolvedItem[] {
  const parameter = 'previous_response_id';
  const chain: KeptResponse[] = [];
  let id: string | undefined = previous ?? undefined;
  while (id !== undefined) {
    const answer = recalled.get(id);
    const kept = answer && recallResponse(answer);
    if (kept?.response.id !== id || chain.includes(kept)) {
      const message = `Previous response with id '${previous}' not found.`;
      throw invalidParameter(parameter, 'unknown-reference', message);
    }
    chain.push(kept);
    id = kept.previous;
  }
  return chain.reverse().flatMap(({ input, output }) => [...input, ...output].map((item) => ({ item, parameter })));
}
