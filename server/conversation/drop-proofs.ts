import type { Message, Part } from './message.ts';

/** Removes proofs of reasoning, and the reasoning parts that vendors reject without their proofs. */
export function dropProofs(messages: readonly Message[]): readonly Message[] {
  return messages.map((message) => {
    if (!message.parts.some(hasProof)) return message;
    return { ...message, parts: message.parts.flatMap(withoutProof) };
  });
}

function hasProof(part: Part): boolean {
  return 'proof' in part && part.proof !== undefined;
}

function withoutProof(part: Part): readonly Part[] {
  if (!hasProof(part)) return [part];
  if (part.type === 'text' || part.type === 'tool-call') {
    const { proof: _, ...rest } = part;
    return [rest];
  }
  return [];
}
