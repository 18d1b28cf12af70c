import type { Message, Part } from './message.ts';

/** The messages without proofs of reasoning, and without the reasoning that nobody believes without them. */
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
