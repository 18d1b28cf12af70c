import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The vendor of the proof, and the form in which its reasoning was sent. */
const kinds = ['anthropic', 'anthropic-omitted', 'anthropic-redacted', 'openai', 'google'] as const;

export type ProofKind = (typeof kinds)[number];

/** A proof created by the simulator. `matches` checks whether it belongs to a text. */
export type Proof = {
  readonly kind: ProofKind;
  readonly number: number;
  readonly matches: (text: string) => boolean;
};

const proofKey = 'the simulator signs with this';
const proofMagic = 0xa7;
const hashBytes = 32;
const headBytes = 6;

/**
 * An opaque proof of reasoning (Anthropic's signature, OpenAI's encrypted content, Gemini's thought signature) in
 * standard base64: a head with kind and number, the hash of the text, `padding` bytes, and an HMAC over all of them.
 */
export function sealProof(kind: ProofKind, text: string, number: number, padding = 0): string {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(proofMagic, 0);
  head.writeUInt8(kinds.indexOf(kind), 1);
  head.writeUInt32BE(number % 2 ** 32, 2);
  const body = Buffer.concat([head, hash(text), Buffer.alloc(padding, number % 251)]);
  return Buffer.concat([body, authenticate(body)]).toString('base64');
}

/** Reads a proof; null when it is not the simulator's or was altered. */
export function openProof(proof: string): Proof | null {
  const bytes = Buffer.from(proof, 'base64');
  if (bytes.length < headBytes + 2 * hashBytes || bytes.toString('base64') !== proof) return null;
  const body = bytes.subarray(0, -hashBytes);
  if (!timingSafeEqual(bytes.subarray(-hashBytes), authenticate(body))) return null;
  const kind = kinds[body.readUInt8(1)];
  if (body.readUInt8(0) !== proofMagic || kind === undefined) return null;
  const signed = body.subarray(headBytes, headBytes + hashBytes);
  return { kind, number: body.readUInt32BE(2), matches: (text) => signed.equals(hash(text)) };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function authenticate(body: Uint8Array): Buffer {
  return createHmac('sha256', proofKey).update(body).digest();
}
