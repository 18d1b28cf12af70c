import { decodeProof, encodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningPart } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { type JsonRecord, readRecord, readText } from '../../lib/json.ts';
import { chatName } from './name.ts';

/*
 * `reasoning_details` of assistant messages, as defined by OpenRouter
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens). Clients that support them send them back unchanged. Chat
 * Completions itself has no field for proofs of reasoning. In the details, proofs are encoded as in other opaque
 * fields, tagged with their vendor.
 */

/** Encodes reasoning with its proof. @param index the position among the message's details */
export function encodeReasoningDetail(text: string, proof: ReasoningProof, index: number): JsonRecord {
  const sealed = encodeProof(proof, chatName);
  if (text === '') return { type: 'reasoning.encrypted', data: sealed, index };
  return { type: 'reasoning.text', text, signature: sealed, index };
}

/** Encodes the proof of a tool call, an image or the message's text. @param id of the call or image */
export function encodeProofDetail(id: string | undefined, proof: ReasoningProof, index: number): JsonRecord {
  if (id !== undefined) return { type: 'reasoning.encrypted', id, data: encodeProof(proof, chatName), index };
  return { type: 'reasoning.encrypted', data: encodeProof({ ...proof, of: 'next' }, chatName), index };
}

export interface ReasoningDetails {
  /** In order, followed by the proofs of the text. */
  readonly reasoning: readonly ReasoningPart[];
  /** The proofs of calls and images, by id. */
  readonly proofs: ReadonlyMap<string, ReasoningProof>;
}

/** Decodes `reasoning_details`. @param ids of the tool calls and images of the same message */
export function readReasoningDetails(details: readonly unknown[], ids: ReadonlySet<string>): ReasoningDetails {
  const reasoning: ReasoningPart[] = [];
  const ofText: ReasoningPart[] = [];
  const proofs = new Map<string, ReasoningProof>();
  for (const detail of details.map(readRecord)) {
    const part = readDetail(detail);
    const id = readText(detail.id);
    if (part === undefined) continue;
    if (part.text === '' && part.proof !== undefined && id !== undefined && ids.has(id)) proofs.set(id, part.proof);
    else if (part.proof?.of === undefined) reasoning.push(part);
    else ofText.push(part);
  }
  return { reasoning: [...joinUnproven(reasoning), ...ofText], proofs };
}

function readDetail({ type, text, summary, signature, data }: JsonRecord): ReasoningPart | undefined {
  const reasoning = (type === 'reasoning.summary' ? readText(summary) : readText(text)) ?? '';
  const sealed = type === 'reasoning.encrypted' ? readText(data) : readText(signature);
  if (reasoning === '' && sealed === undefined) return undefined;
  return { type: 'reasoning', text: reasoning, ...(sealed !== undefined && { proof: decodeProof(sealed, chatName) }) };
}

/** Joins pieces without a proof: some clients do not merge the details of a stream. */
function joinUnproven(parts: readonly ReasoningPart[]): ReasoningPart[] {
  const joined: ReasoningPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last === undefined || last.proof !== undefined) joined.push(part);
    else joined[joined.length - 1] = { ...part, text: last.text + part.text };
  }
  return joined;
}
