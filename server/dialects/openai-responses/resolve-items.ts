import type { RecalledAnswers } from '../../conversation/kept-answer.ts';
import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
import { invalidParameter } from '../openai/validation-failure.ts';
import { itemsOf } from './compaction.ts';
import { type KeptResponse, recallResponse } from './kept-response.ts';
import type { ResolvedItem } from './resolved-item.ts';
import type { WireRequest } from './schema.ts';

/**
 * Returns the conversation's items in order: those of the earlier responses, then the request's own.
 *
 * @throws Failure for a response or an item that is not stored (any more)
 */
export function resolveItems(wire: WireRequest, recalled: RecalledAnswers): readonly ResolvedItem[] {
  return [...recallHistory(wire, recalled), ...resolveOwnItems(wire, recalled)];
}

/**
 * Returns the request's own items, with references replaced by stored items. @throws Failure for an unknown reference
 */
export function resolveOwnItems(wire: WireRequest, recalled: RecalledAnswers): readonly ResolvedItem[] {
  return itemsOf(wire.input).flatMap((item, index): ResolvedItem[] => {
    const parameter = `input[${index}]`;
    const reference = readReference(item);
    if (reference === undefined) return [{ item, parameter }];
    const found = recallItem(reference.id, recalled);
    if (found !== undefined) return [{ item: found, parameter }];
    // Missing reasoning is not an error, since the conversation works without it. An item with more than an id is kept.
    if (!reference.isBare) return [{ item, parameter }];
    if (reference.id.startsWith('rs_')) return [];
    const message = `Item with id '${reference.id}' not found.`;
    throw invalidParameter(`${parameter}.id`, 'unknown-reference', message);
  });
}

/** The ids that the request refers to. */
export function referencesOf(previous: unknown, input: unknown): readonly string[] {
  const response = readText(previous);
  const items = Array.isArray(input) ? input.flatMap((item: unknown) => readReference(item)?.id ?? []) : [];
  return [...(response === undefined ? [] : [response]), ...items];
}

/** True for an item that refers to a stored one. */
export function isReference(item: unknown): boolean {
  return readReference(item) !== undefined;
}

interface Reference {
  readonly id: string;
  /** True if the item consists only of the id. */
  readonly isBare: boolean;
}

/** Reasoning without a proof and an image without data are references as well: OpenAI's server finds them by id. */
function readReference(item: unknown): Reference | undefined {
  if (!isRecord(item)) return undefined;
  const id = readText(item.id);
  if (id === undefined) return undefined;
  const isBare = item.type === 'item_reference' || ((item.type ?? undefined) === undefined && item.role === undefined);
  if (isBare) return { id, isBare };
  const isIncomplete =
    item.type === 'reasoning' ? !item.encrypted_content : item.type === 'image_generation_call' && !item.result;
  return isIncomplete ? { id, isBare: false } : undefined;
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
