import type { Failure } from '../conversation/failure.ts';

/** The words in which vendors refuse reasoning that comes back: altered, of another model, or made up. */
const refusals: readonly RegExp[] = [
  // Anthropic
  /Invalid [`'"]?(?:signature|data)[`'"]? in [`'"]?(?:redacted_)?thinking[`'"]? block/i,
  /thinking[`'"]? blocks in the latest assistant message cannot be modified/i,
  // Google
  /(?:corrupted|invalid) thought[ _]signature|thought[ _]signature is (?:not valid|invalid)/i,
  // OpenAI
  /encrypted content .{0,200}could not be (?:verified|decrypted|parsed)|invalid_encrypted_content/i,
];

/** True when the vendor refuses a request for a proof of reasoning in it: without all of them, the request stands. */
export function refusesProof({ kind, fault, upstreamStatus, evidence, message }: Failure): boolean {
  if (kind !== 'invalid-request' || fault !== 'request' || (upstreamStatus !== 400 && upstreamStatus !== 422)) {
    return false;
  }
  const words = evidence ?? message;
  return refusals.some((refusal) => refusal.test(words));
}
