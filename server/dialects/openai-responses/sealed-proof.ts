import { readProof } from '../../conversation/foreign-proof.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { parseJson, readRecord, readString } from '../../lib/json.ts';
import { SealBroken, type Vault } from '../../lib/secrets.ts';
import { responsesName } from './name.ts';

/*
 * `encrypted_content` holds the proof of any family: OpenAI's own as it is, another's sealed with where it belongs, so that it
 * finds its way back there when the client sends it again. What it proves is sealed with it: a client may not have asked to
 * see it, and a vendor refuses what was altered.
 */

const mark = 'gateway-proof.';
const purpose = 'reasoning proof';

export interface ProvenReasoning {
  readonly proof: ReasoningProof;
  /** Undefined where the item's own words are meant. */
  readonly text: string | undefined;
}

/** What stands in `encrypted_content` for a proof. @param text what it proves */
export function encodeProof(proof: ReasoningProof, text: string, vault: Vault): string {
  if (proof.dialect === responsesName && proof.of === undefined) return proof.value;
  return mark + vault.seal(JSON.stringify({ ...proof, text }), purpose);
}

/** True for what only this gateway can read. */
export function isSealedProof(field: string): boolean {
  return field.startsWith(mark);
}

/** @returns undefined for what another gateway sealed, or somebody changed */
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
