import type { FinishReason } from '../../conversation/events.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { Usage } from '../../conversation/usage.ts';
import { toVendorData, type VendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readArray, readCount, readRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { toAnnotationData } from '../openai/annotations.ts';
import { settleOutput } from '../openai/settle-usage.ts';
import { responsesName } from './name.ts';

/** What a block's end event carries. */
export interface Ending {
  readonly proof?: ReasoningProof | undefined;
  readonly vendor?: VendorData | undefined;
}

/** Identifies an item by its index, because its id may change between events. */
export function keyOf(event: JsonRecord): string {
  return `${readCount(event.output_index) ?? 0}`;
}

export function partKey(event: JsonRecord): string {
  return `${keyOf(event)} ${readCount(event.content_index) ?? 0}`;
}

/** The phase of a message in its turn (`commentary`, `final_answer`), which only this API has, and a text's sources. */
export function endingOf({ phase }: JsonRecord, annotations: unknown): Ending {
  const own = readText(phase) === undefined ? undefined : toVendorData(responsesName, { phase });
  const sources = toAnnotationData(readArray(annotations).filter(isRecord));
  return { vendor: own === undefined ? sources : { ...own, ...sources } };
}

export function proofOf(item: JsonRecord): ReasoningProof | undefined {
  const value = readText(item.encrypted_content);
  if (value === undefined) return undefined;
  const itemId = readText(item.id);
  return { dialect: responsesName, value, ...withoutUndefined({ itemId }) };
}

export function reasonOf(status: unknown, reason: string | undefined): FinishReason {
  if (status !== 'incomplete') return 'stop';
  return reason === 'content_filter' ? 'content-filter' : 'length';
}

export function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const inputTokens = readCount(value.input_tokens);
  const outputTokens = readCount(value.output_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = readRecord(value.input_tokens_details);
  const output = readRecord(value.output_tokens_details);
  const parts = {
    input: inputTokens ?? 0,
    output: outputTokens ?? 0,
    reasoning: readCount(output.reasoning_tokens),
    total: readCount(value.total_tokens),
  };
  return {
    inputTokens: parts.input,
    ...settleOutput(parts),
    cacheReadTokens: readCount(input.cached_tokens) ?? 0,
    cacheWriteTokens: readCount(input.cache_write_tokens) ?? 0,
    estimated: false,
  };
}
