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

/** OpenRouter's clients send a text without a signature back only if its format is not that of a vendor. */
const textFormat = 'unknown';

/** Encodes reasoning that has a text. @param index the position among the message's details */
export function encodeReasoningDetail(text: string, proof: ReasoningProof | undefined, index: number): JsonRecord {
  const signature = proof === undefined ? {} : { signature: encodeProof(proof, chatName) };
  return { type: 'reasoning.text', text, ...signature, format: textFormat, index };
}

/** Encodes reasoning without a text. */
export function encodeHiddenReasoning(proof: ReasoningProof, index: number): JsonRecord {
  return { type: 'reasoning.encrypted', data: encodeProof(proof, chatName), index };
}

/** Encodes a piece of the text of streamed reasoning. @param text a JSON literal */
export function encodeTextDelta(text: string, index: number): string {
  return `{"type":"reasoning.text","text":${text},"format":"${textFormat}","index":${index}}`;
}

/** Encodes the proof of streamed reasoning, after its text. */
export function encodeSignatureDelta(proof: ReasoningProof, index: number): JsonRecord {
  return { type: 'reasoning.text', signature: encodeProof(proof, chatName), format: textFormat, index };
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
  const reasoning: PlacedReasoning[] = [];
  const ofText: ReasoningPart[] = [];
  const proofs = new Map<string, ReasoningProof>();
  for (const detail of details.map(readRecord)) {
    const part = readDetail(detail);
    const id = readText(detail.id);
    if (part === undefined) continue;
    if (part.text === '' && part.proof !== undefined && id !== undefined && ids.has(id)) proofs.set(id, part.proof);
    else if (part.proof?.of === undefined) reasoning.push({ part, index: detail.index });
    else ofText.push(part);
  }
  return { reasoning: [...joinUnproven(reasoning), ...ofText], proofs };
}

interface PlacedReasoning {
  readonly part: ReasoningPart;
  /** The detail's position in the message, as the client sent it. */
  readonly index: unknown;
}

function readDetail({ type, text, summary, signature, data }: JsonRecord): ReasoningPart | undefined {
  const reasoning = (type === 'reasoning.summary' ? readText(summary) : readText(text)) ?? '';
  const sealed = type === 'reasoning.encrypted' ? readText(data) : readText(signature);
  if (reasoning === '' && sealed === undefined) return undefined;
  return { type: 'reasoning', text: reasoning, ...(sealed !== undefined && { proof: decodeProof(sealed, chatName) }) };
}

/** Joins the pieces of one detail: some clients do not merge the details of a stream. */
function joinUnproven(pieces: readonly PlacedReasoning[]): ReasoningPart[] {
  const joined: PlacedReasoning[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last === undefined || last.part.proof !== undefined || last.index !== piece.index) joined.push(piece);
    else joined[joined.length - 1] = { ...piece, part: { ...piece.part, text: last.part.text + piece.part.text } };
  }
  return joined.map(({ part }) => part);
}
