import { readProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { parseJson, readRecord, readString } from '../../lib/json.ts';
import { SealBroken, type Vault } from '../../lib/secrets.ts';
import { responsesName } from './name.ts';

/*
 * `encrypted_content` contains the proof of any vendor. OpenAI's own proofs are unchanged. Proofs of other vendors are
 * sealed together with their origin, so that they can be restored when the client sends them back. The proven text is
 * sealed as well: the client may not have asked for it, and vendors reject altered text.
 */

const mark = 'gateway-proof.';
const purpose = 'reasoning proof';

export interface ProvenReasoning {
  readonly proof: ReasoningProof;
  /** Undefined if the proof belongs to the item's own text. */
  readonly text: string | undefined;
}

/** Encodes a proof for `encrypted_content`. @param text the proven text */
export function encodeProof(proof: ReasoningProof, text: string, vault: Vault): string {
  if (proof.dialect === responsesName && proof.of === undefined) return proof.value;
  return mark + vault.seal(JSON.stringify({ ...proof, text }), purpose);
}

/** True for a value that only this gateway can read. */
export function isSealedProof(field: string): boolean {
  return field.startsWith(mark);
}

/** @returns undefined for a value that was sealed by another gateway or altered */
export function decodeProof(field: string, vault: Vault): ProvenReasoning | undefined {
  if (!isSealedProof(field)) return { proof: { dialect: responsesName, value: field }, text: undefined };
  try {
    const value = parseJson(vault.open(field.slice(mark.length), purpose));
    const proof = readProof(value);
    return proof && { proof, text: readString(readRecord(value).text) };
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
