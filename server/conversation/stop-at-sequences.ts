import type { AnswerTransform, AnswerTransformMaker } from './answer-transform.ts';
import { type ConversationEvent, readLiterals } from './events.ts';

/**
 * Ends an answer at the stop sequences that its vendor does not support.
 *
 * @param sent the sequences that the vendor gets
 * @returns undefined if these are all
 */
export function stopperFor(
  wanted: readonly string[] | undefined,
  sent: readonly string[] | undefined,
): AnswerTransformMaker | undefined {
  const sequences = wanted?.filter((sequence) => sequence !== '' && sent?.includes(sequence) !== true) ?? [];
  return sequences.length === 0 ? undefined : () => createStopper(sequences);
}

interface OpenText {
  readonly block: number;
  /** The end of the text, which may be the beginning of a sequence. */
  held: string;
}

function createStopper(sequences: readonly string[]): AnswerTransform {
  /** By choice. */
  const open = new Map<number, OpenText>();
  /** The sequence that ended a choice. */
  const ended = new Map<number, string>();

  function grow(choice: number, text: OpenText, piece: string): ConversationEvent[] {
    const { block } = text;
    const whole = text.held + piece;
    const stop = findFirst(whole, sequences);
    const end = stop === undefined ? whole.length - beginningAtEnd(whole, sequences) : stop.index;
    text.held = whole.slice(end);
    const said = toDelta(choice, block, whole.slice(0, end));
    if (stop === undefined) return said;
    ended.set(choice, stop.sequence);
    return [...said, { type: 'block-end', choice, block }];
  }

  function transform(event: ConversationEvent): ConversationEvent[] {
    if (!('choice' in event)) return [event];
    const { choice } = event;
    const stopSequence = ended.get(choice);
    if (stopSequence !== undefined) {
      return event.type === 'finish' ? [{ type: 'finish', choice, reason: 'stop-sequence', stopSequence }] : [];
    }
    const text = open.get(choice);
    if (event.type === 'block-start' && event.kind === 'text') open.set(choice, { block: event.block, held: '' });
    if (!('block' in event) || text?.block !== event.block) return [event];
    if (event.type === 'block-delta') return grow(choice, text, event.text);
    if (event.type === 'block-literals') return grow(choice, text, readLiterals(event.literals));
    if (event.type !== 'block-end') return [event];
    open.delete(choice);
    return [...toDelta(choice, event.block, text.held), event];
  }

  return (events) => events.flatMap(transform);
}

function toDelta(choice: number, block: number, text: string): ConversationEvent[] {
  return text === '' ? [] : [{ type: 'block-delta', choice, block, kind: 'text', text }];
}

interface FoundSequence {
  readonly sequence: string;
  readonly index: number;
}

/** Finds the sequence that is complete first; of those that are at the same time, the longest. */
function findFirst(text: string, sequences: readonly string[]): FoundSequence | undefined {
  const found = sequences.flatMap((sequence): FoundSequence[] => {
    const index = text.indexOf(sequence);
    return index === -1 ? [] : [{ sequence, index }];
  });
  return found.sort((one, other) => endOf(one) - endOf(other) || one.index - other.index)[0];
}

function endOf({ sequence, index }: FoundSequence): number {
  return index + sequence.length;
}

/** The length of the longest end of a text with which a sequence begins. */
function beginningAtEnd(text: string, sequences: readonly string[]): number {
  let longest = 0;
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(sequence.slice(0, length))) longest = length;
    }
  }
  return longest;
}
