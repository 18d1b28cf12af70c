import type { Part } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';

/**
 * Gives proofs that stood in reasoning of their own (`of`) back to the texts and tool calls that they belong to. One whose
 * neighbour is gone is dropped: nobody could use it.
 *
 * @returns `parts` itself when there is none
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
  /** As the neighbour has it. */
  readonly proof: ReasoningProof;
}

function neighbourOf(part: Part): Neighbour | undefined {
  if (part.type !== 'reasoning' || part.proof?.of === undefined) return undefined;
  const { of, ...proof } = part.proof;
  return { of, proof };
}

function withProof(part: Part, proof: ReasoningProof): Part {
  return part.type === 'text' || part.type === 'tool-call' ? { ...part, proof } : part;
}
