import type { ReasoningPart } from '../../conversation/message.ts';
import { asList, isRecord, type JsonRecord, readText } from '../../lib/json.ts';

/**
 * Decodes a part with earlier reasoning, as other APIs and clients write it: `thinking` with a text or with texts
 * (https://docs.mistral.ai/capabilities/reasoning), `reasoning` and `reasoning_text`.
 *
 * @returns undefined for another part
 */
export function readReasoningPart(part: JsonRecord): ReasoningPart | undefined {
  if (typeof part.type !== 'string' || !reasoningTypes.has(part.type)) return undefined;
  const texts = asList(part.thinking ?? part.reasoning ?? part.text).map((piece) =>
    isRecord(piece) ? (readText(piece.text) ?? '') : (readText(piece) ?? ''),
  );
  return { type: 'reasoning', text: texts.join('') };
}

const reasoningTypes: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'reasoning_text']);
