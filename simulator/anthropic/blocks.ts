import type { Answer, AnswerToolCall } from '../answer/answer.ts';
import { leavesContentOut } from '../answer/content.ts';
import { sealProof } from '../answer/proofs.ts';
import type { Behaviour } from '../behaviour.ts';

/** The content of an answer in blocks. `pieces` are the deltas of a stream. */
export type ContentBlock =
  | { readonly type: 'thinking'; readonly pieces: readonly string[]; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'text'; readonly pieces: readonly string[] }
  | { readonly type: 'tool_use' /** Empty when it has none. */; readonly id: string; readonly call: AnswerToolCall };

/** Maximum number of proofs per answer: a proof's number is that of the answer, then that of the place in it. */
export const proofsPerAnswer = 1000;

/**
 * The blocks of an answer: thinking first (before the text and each call too when `reasoning-place` is `interleaved`),
 * text, calls. `label` is the platform's mark in ids: `vrtx` or `bdrk`.
 */
export function contentBlocks(answer: Answer, behaviour: Behaviour, label: string): readonly ContentBlock[] {
  const said: readonly ContentBlock[] = [
    ...(answer.textPieces.length === 0 ? [] : [{ type: 'text' as const, pieces: answer.textPieces }]),
    ...answer.toolCalls.map((call, index) => ({
      type: 'tool_use' as const,
      id: toolUseId(answer, behaviour, index, label),
      call,
    })),
  ];
  if (leavesContentOut(behaviour)) return [];
  if (answer.reasoningDisplay === 'none') return said;
  if (behaviour['reasoning-place'] === 'first') return [...thinkingBlocks(answer, behaviour, 0), ...said];
  return said.flatMap((block, index) => [...thinkingBlocks(answer, behaviour, index), block]);
}

function toolUseId(answer: Answer, behaviour: Behaviour, index: number, label: string): string {
  if (behaviour['tool-id'] === 'missing') return '';
  return `toolu_${label}_${answer.number}_${behaviour['tool-id'] === 'duplicate' ? 0 : index}`;
}

function thinkingBlocks(answer: Answer, behaviour: Behaviour, index: number): readonly ContentBlock[] {
  const form = behaviour['reasoning-form'] === 'auto' ? answer.reasoningDisplay : behaviour['reasoning-form'];
  const pieces = index === 0 ? answer.reasoningPieces : [...answer.reasoningPieces, ` (${index + 1})`];
  const text = pieces.join('');
  const number = answer.number * proofsPerAnswer + index;
  const padding = behaviour['proof-padding'];
  const redacted: ContentBlock = {
    type: 'redacted_thinking',
    data: sealProof('anthropic-redacted', text, number, padding),
  };
  const shown: ContentBlock = {
    type: 'thinking',
    pieces,
    signature: sealProof('anthropic', text, number, padding),
  };
  switch (form) {
    case 'redacted':
      return [redacted];
    case 'mixed':
      return [shown, redacted];
    case 'shown':
      return [shown];
    default:
      return [{ type: 'thinking', pieces: [], signature: sealProof('anthropic-omitted', text, number, padding) }];
  }
}
