import { Buffer } from 'node:buffer';
import { isRecord, parseJson, readText } from '../lib/json.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { ReasoningProof } from './reasoning-proof.ts';

/*
 * A client's dialect has one opaque field for proofs of reasoning. A proof of that dialect's own vendor is put there as
 * it is. A proof of another vendor is tagged with its origin, so that it can be recognized when the client sends it
 * back.
 */

const tag = 'gateway-proof-1:';
const standardBase64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Encodes a proof for the opaque field of `dialect`.
 *
 * @returns the vendor's own value, or padded standard base64 (pi drops thought signatures in any other form)
 */
export function encodeProof(proof: ReasoningProof, dialect: string): string {
  if (proof.dialect === dialect) return proof.value;
  return Buffer.from(tag + JSON.stringify(proof), 'utf8').toString('base64');
}

/** Decodes the proof in the opaque field of `dialect`: a tagged one of another vendor, or the vendor's own. */
export function decodeProof(field: string, dialect: string): ReasoningProof {
  return readForeignProof(field) ?? { dialect, value: field };
}

const openingOfTag = Buffer.from(tag.slice(0, 15), 'utf8').toString('base64');

function readForeignProof(field: string): ReasoningProof | undefined {
  if (!field.startsWith(openingOfTag) || !standardBase64.test(field)) return undefined;
  const text = Buffer.from(field, 'base64').toString('utf8');
  if (!text.startsWith(tag)) return undefined;
  return readProof(parseJson(text.slice(tag.length)));
}

/** Parses the JSON form of a proof; undefined for anything else. */
export function readProof(value: unknown): ReasoningProof | undefined {
  if (!isRecord(value)) return undefined;
  const dialect = readText(value.dialect);
  const proof = readText(value.value);
  if (dialect === undefined || proof === undefined) return undefined;
  const model = readText(value.model);
  const itemId = readText(value.itemId);
  return {
    dialect,
    value: proof,
    ...withoutUndefined({ model }),
    ...(value.redacted === true && { redacted: true }),
    ...withoutUndefined({ itemId }),
    ...((value.of === 'next' || value.of === 'previous') && { of: value.of }),
  };
}
