import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { anthropicMessages } from './name.ts';

/**
 * Used as the signature of unsigned thinking, which clients would otherwise drop or send back as text. When clients
 * send it back, it is a foreign proof, which is never sent to an upstream.
 */
const unsigned: ReasoningProof = { dialect: 'none', value: 'unsigned' };

export function encodeSignature(proof: ReasoningProof | undefined): string {
  return encodeProof(proof ?? unsigned, anthropicMessages);
}

/** True if all of the reasoning is in its proof, so that there is no text to show. */
export function isRedacted(text: string, proof: ReasoningProof | undefined): boolean {
  if (proof === undefined || text !== '') return false;
  return proof.dialect !== anthropicMessages || proof.redacted === true;
}

/**
 * Encodes a block that contains only a proof: the API's own redacted thinking, or a proof of another vendor.
 *
 * @param of set if the proof belongs to the next or previous part, which has no field for it in this API
 */
export function toProofBlock(proof: ReasoningProof, of?: 'next' | 'previous'): JsonRecord {
  const placed = of === undefined ? proof : { ...proof, of };
  return { type: 'redacted_thinking', data: encodeProof(placed, anthropicMessages) };
}
