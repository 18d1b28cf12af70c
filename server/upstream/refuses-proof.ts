import type { Failure } from '../conversation/failure.ts';

/** Messages with which vendors refuse returned reasoning that is altered, invented, missing, or from another model. */
const refusals: readonly RegExp[] = [
  // Anthropic
  /Invalid [`'"]?(?:signature|data)[`'"]? in [`'"]?(?:redacted_)?thinking[`'"]? block/i,
  /Expected [`'"]?thinking[`'"]? or [`'"]?redacted_thinking[`'"]?, but found/i,
  /thinking[`'"]? blocks in the latest assistant message cannot be modified/i,
  /each [`'"]?thinking[`'"]? block must contain|message in the final position cannot contain [`'"]?thinking/i,
  /redacted_thinking[`'"]? blocks, all preceding prompt sections .{0,80}must match/i,
  // Google
  /(?:corrupted|invalid) thought[ _]signature|thought[ _]signature is (?:not valid|invalid)/i,
  /thought_?signature\b.{0,80}Base64 decoding failed/i,
  /missing a [`'"]?thought_signature/i,
  // OpenAI
  /duplicate item found with id/i,
  /item with id .{0,200}not found/i,
  /item .{0,200}provided without its required (?:following item|[`'"]?reasoning)/i,
  /encrypted content .{0,200}could not be (?:verified|decrypted|parsed)|invalid_encrypted_content/i,
];

/** True when the vendor refuses the request because of its reasoning proofs: it can be sent again without them. */
export function refusesProof({ kind, fault, upstreamStatus, evidence, message }: Failure): boolean {
  if (kind !== 'invalid-request' || fault !== 'request') return false;
  // An error inside a 200 response has no status of its own.
  if (upstreamStatus !== undefined && ![400, 404, 422].includes(upstreamStatus)) return false;
  const words = evidence ?? message;
  return refusals.some((refusal) => refusal.test(words));
}
