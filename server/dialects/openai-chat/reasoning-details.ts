import { decodeProof, encodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningPart, ToolCallPart } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { type JsonRecord, readRecord, readText } from '../../lib/json.ts';
import { chatName } from './name.ts';

/*
 * `reasoning_details` of assistant messages, as OpenRouter has them
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens): what clients that know them send back unaltered. Chat Completions
 * itself has no place for proofs of reasoning; in them, they stand as in other opaque fields, tagged with whose they are.
 */

/** Reasoning with its proof. @param index its place among the message's details */
export function encodeReasoningDetail(text: string, proof: ReasoningProof, index: number): JsonRecord {
  const sealed = encodeProof(proof, chatName);
  if (text === '') return { type: 'reasoning.encrypted', data: sealed, index };
  return { type: 'reasoning.text', text, signature: sealed, index };
}

/** The proof of a tool call, or of the message's text. @param callId undefined: of the text */
export function encodeProofDetail(callId: string | undefined, proof: ReasoningProof, index: number): JsonRecord {
  if (callId !== undefined)
    return { type: 'reasoning.encrypted', id: callId, data: encodeProof(proof, chatName), index };
  return { type: 'reasoning.encrypted', data: encodeProof({ ...proof, of: 'next' }, chatName), index };
}

export interface ReasoningDetails {
  /** In order; what belongs to the text comes last. */
  readonly reasoning: readonly ReasoningPart[];
  /** By the id of the call. */
  readonly proofs: ReadonlyMap<string, ReasoningProof>;
}

/** @param calls the message's own */
export function readReasoningDetails(
  details: readonly unknown[],
  calls: readonly Pick<ToolCallPart, 'id'>[],
): ReasoningDetails {
  const ids = new Set(calls.map(({ id }) => id));
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
  const words = (type === 'reasoning.summary' ? readText(summary) : readText(text)) ?? '';
  const sealed = type === 'reasoning.encrypted' ? readText(data) : readText(signature);
  if (words === '' && sealed === undefined) return undefined;
  return { type: 'reasoning', text: words, ...(sealed !== undefined && { proof: decodeProof(sealed, chatName) }) };
}

/** Clients that do not know how a stream's details belong together keep each piece of them. */
function joinUnproven(parts: readonly ReasoningPart[]): ReasoningPart[] {
  const joined: ReasoningPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last === undefined || last.proof !== undefined) joined.push(part);
    else joined[joined.length - 1] = { ...part, text: last.text + part.text };
  }
  return joined;
}
