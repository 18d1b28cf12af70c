import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { CustomInputReader } from '../openai/custom-input.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { prefixOfCall } from './client-tools.ts';
import {
  type Base64Source,
  callItem,
  type ItemPrefix,
  type ItemStatus,
  imageItem,
  type MessageContent,
  messageItem,
  reasoningItem,
} from './output-items.ts';
import type { ResponsesTool } from './tool-names.ts';

export interface OpenMessage {
  readonly kind: 'message';
  readonly id: string;
  readonly contents: { kind: MessageContent['kind']; text: string; annotations?: readonly JsonRecord[] }[];
  /** True while the last content is open. */
  open: boolean;
  /** `commentary` or `final_answer`; undefined if the model gave none. */
  phase: unknown;
}
export interface OpenReasoning {
  readonly kind: 'reasoning';
  readonly id: string;
  text: string;
  proof: ReasoningProof | undefined;
}
export interface OpenCall {
  readonly kind: 'call';
  readonly id: string;
  readonly callId: string;
  readonly tool: ResponsesTool;
  /** True if the reasoning item before it has its proof. */
  readonly proven: boolean;
  /** Reads the text of a custom tool from the arguments. Undefined for other tools. */
  readonly reader: CustomInputReader | undefined;
  /** The text of a custom tool, or the arguments. */
  written: string;
}
export interface OpenImage {
  readonly kind: 'image';
  readonly id: string;
  readonly source: Base64Source;
  readonly proven: boolean;
}
/** An item of the output that is not complete. */
export type OpenItem = OpenMessage | OpenReasoning | OpenCall | OpenImage;

export function encodeItem(item: OpenItem, status: ItemStatus, options: ResponsesAnswerOptions): JsonRecord {
  switch (item.kind) {
    case 'message':
      return messageItem(item.id, item.contents, status, item.phase);
    case 'reasoning':
      return reasoningItem(item.id, item.text, item.proof, options);
    case 'image':
      return imageItem(item.id, status === 'in_progress' ? undefined : item.source);
    case 'call':
      return callItem(item.id, item.callId, item.tool, item.written, status);
  }
}

export function prefixOf({ kind }: ResponsesTool): ItemPrefix {
  if (kind === 'function') return 'fc';
  return kind === 'custom' ? 'ctc' : prefixOfCall(kind);
}
