import type { Part } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';

/**
 * Moves proofs that a dialect carried in a reasoning part of their own (`ReasoningProof.of`) back to the text, tool
 * call or image that they belong to. A proof is dropped if that part no longer exists.
 *
 * @returns the same array when there is nothing to move
 */
export function attachProofs(parts: readonly Part[]): readonly Part[] {
  if (!parts.some((part) => neighbourOf(part) !== undefined)) return parts;
  const attached: Part[] = [];
  let waiting: ReasoningProof | undefined;
  for (const part of parts) {
    const neighbour = neighbourOf(part);
    if (neighbour === undefined) {
      attached.push(waiting === undefined ? part : withProof(part, waiting));
      waiting = undefined;
    } else if (neighbour.of === 'next') {
      waiting = neighbour.proof;
    } else {
      const previous = attached.pop();
      if (previous !== undefined) attached.push(withProof(previous, neighbour.proof));
    }
  }
  return attached;
}

interface Neighbour {
  readonly of: 'next' | 'previous';
  /** Without `of`. */
  readonly proof: ReasoningProof;
}

function neighbourOf(part: Part): Neighbour | undefined {
  if (part.type !== 'reasoning' || part.proof?.of === undefined) return undefined;
  const { of, ...proof } = part.proof;
  return { of, proof };
}

function withProof(part: Part, proof: ReasoningProof): Part {
  return part.type === 'text' || part.type === 'tool-call' || part.type === 'image' ? { ...part, proof } : part;
}
