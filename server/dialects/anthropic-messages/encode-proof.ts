import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { anthropicMessages } from './name.ts';

/**
 * Stands for the signature of thinking that nobody signed: clients drop unsigned thinking, or send it back as text. It comes
 * back as a foreign proof, which goes to no upstream.
 */
const unsigned: ReasoningProof = { dialect: 'none', value: 'unsigned' };

export function encodeSignature(proof: ReasoningProof | undefined): string {
  return encodeProof(proof ?? unsigned, anthropicMessages);
}

/** True when the reasoning is all in its proof, so that it has no text to show. */
export function isRedacted(text: string, proof: ReasoningProof | undefined): boolean {
  if (proof === undefined || text !== '') return false;
  return proof.dialect !== anthropicMessages || proof.redacted === true;
}

/**
 * A block with a proof alone: the API's own redacted thinking, or what another vendor wants back.
 *
 * @param of of a neighbour, which has no place for it here
 */
export function toProofBlock(proof: ReasoningProof, of?: 'next' | 'previous'): JsonRecord {
  const told = of === undefined ? proof : { ...proof, of };
  return { type: 'redacted_thinking', data: encodeProof(told, anthropicMessages) };
}
