import { imageTypeOf } from '../../conversation/media-type.ts';
import type { MediaSource } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { writeClientCall } from './client-tools.ts';
import { encodeProof } from './sealed-proof.ts';
import type { ResponsesTool } from './tool-names.ts';

export type Base64Source = MediaSource & { readonly type: 'base64' };

export type ItemPrefix = 'msg' | 'rs' | 'fc' | 'ctc' | 'ig' | 'cmp' | 'lsh' | 'sh' | 'apc' | 'tsc';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** @param place the index of the item in its response */
export function toItemId(kind: ItemPrefix, responseId: string, place: number): string {
  return `${kind}_${responseId}_${place}`;
}

export interface MessageContent {
  readonly kind: 'text' | 'refusal';
  readonly text: string;
  readonly annotations?: readonly JsonRecord[];
}

/** @param phase undefined if the model gave none */
export function messageItem(
  id: string,
  contents: readonly MessageContent[],
  status: ItemStatus,
  phase: unknown,
): JsonRecord {
  const own = phase === undefined ? {} : { phase };
  return { id, type: 'message', role: 'assistant', status, ...own, content: contents.map(encodeContent) };
}

export function encodeContent({ kind, text, annotations = [] }: MessageContent): JsonRecord {
  return kind === 'refusal'
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', text, annotations, logprobs: [] };
}

export function reasoningItem(
  id: string,
  text: string,
  proof: ReasoningProof | undefined,
  { showsReasoning, givesProofs, vault }: Pick<ResponsesAnswerOptions, 'showsReasoning' | 'givesProofs' | 'vault'>,
): JsonRecord {
  return {
    id,
    type: 'reasoning',
    summary: text === '' || !showsReasoning ? [] : [{ type: 'summary_text', text }],
    ...(proof !== undefined && givesProofs && { encrypted_content: encodeProof(proof, text, vault) }),
  };
}

/** A reasoning item that is only stored, and therefore has no id. */
export function hiddenProofItem(proof: ReasoningProof, options: Pick<ResponsesAnswerOptions, 'vault'>): JsonRecord {
  const { id: _, ...item } = reasoningItem('', '', proof, { ...options, showsReasoning: false, givesProofs: true });
  return item;
}

/** Removes the proof of a reasoning item, for clients that did not ask for it. */
export function withoutProof(item: JsonRecord): JsonRecord {
  if (item.type !== 'reasoning') return item;
  const { encrypted_content: _, ...rest } = item;
  return rest;
}

/** @param source undefined while the image is not known @param source.data base64 */
export function imageItem(id: string, source: Base64Source | undefined): JsonRecord {
  if (source === undefined) return { id, type: 'image_generation_call', status: 'in_progress', result: null };
  const format = imageTypeOf(source).replace(/^image\//, '');
  return { id, type: 'image_generation_call', status: 'completed', output_format: format, result: source.data };
}

/** @param written the text of a custom tool, or the JSON of the arguments as the model wrote it */
export function callItem(
  id: string,
  callId: string,
  tool: ResponsesTool,
  written: string,
  status: ItemStatus,
): JsonRecord {
  const place = tool.namespace === undefined ? {} : { namespace: tool.namespace };
  const named = { id, call_id: callId, name: tool.name, ...place, status };
  if (tool.kind === 'custom') return { ...named, type: 'custom_tool_call', input: written };
  if (tool.kind === 'function') return { ...named, type: 'function_call', arguments: written };
  return { id, call_id: callId, status, ...writeClientCall(tool.kind, written) };
}
