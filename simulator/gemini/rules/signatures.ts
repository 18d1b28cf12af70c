import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { openProof } from '../../answer/proofs.ts';
import { asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { signatureSentinels } from '../models.ts';
import { callsOf, type GeminiRequest, partsOf, responsesOf } from '../request.ts';

const documentationUrl = 'https://ai.google.dev/gemini-api/docs/thought-signatures';

/** Signatures must be returned unaltered. The signature of a call must be on a call of the same function. */
export function checkSignatures({ contents }: GeminiRequest): Refusal | null {
  return firstRefusal(contents, (content) => firstRefusal(partsOf(content), checkSignature));
}

function checkSignature({ thoughtSignature, functionCall }: JsonRecord): Refusal | null {
  if (thoughtSignature === undefined || signatureSentinels.has(thoughtSignature)) return null;
  const proof = openProof(asString(thoughtSignature));
  const isOwn = proof?.kind === 'google' && proof.matches(signedText(functionCall));
  return isOwn ? null : invalidRequest('Corrupted thought signature.');
}

/** The text that a signature covers: the name of the called function; empty for other parts. */
export function signedText(functionCall: unknown): string {
  return functionCall === undefined ? '' : `call ${asString(asRecord(functionCall).name)}`;
}

/** The refusal of a call without signature, by its name and the index of its message. */
export function missingSignature(name: unknown, index: number): Refusal {
  return invalidRequest(
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${asString(name)}\` , position ${index + 1}. Please refer to ${documentationUrl} for more details.`,
  );
}

/**
 * Gemini 3 requires a signature on the first call of each step of the current turn, which begins after the last user
 * message.
 */
export function checkMissingSignatures({ contents, thinking }: GeminiRequest): Refusal | null {
  if (!thinking.needsSignatures) return null;
  const lastWords = contents.findLastIndex((content) => content.role === 'user' && responsesOf(content).length === 0);
  return firstRefusal(contents, (content, index) => {
    const first = index > lastWords && content.role === 'model' ? callsOf(content)[0] : undefined;
    if (first === undefined || first.thoughtSignature !== undefined) return null;
    return missingSignature(asRecord(first.functionCall).name, index);
  });
}
