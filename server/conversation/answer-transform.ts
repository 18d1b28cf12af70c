import type { ConversationEvent } from './events.ts';

/**
 * Undoes in an answer's events what was done to the request.
 *
 * @returns the events to go on with; each call gets the next ones, in order
 */
export type AnswerTransform = (events: readonly ConversationEvent[]) => readonly ConversationEvent[];

/** Called once for each answer. */
export type AnswerTransformMaker = () => AnswerTransform;

/** What does all of them, one after the other; undefined when there is none. */
export function joinTransforms(
  ...makers: readonly (AnswerTransformMaker | undefined)[]
): AnswerTransformMaker | undefined {
  const [first, ...others] = makers.filter((maker) => maker !== undefined);
  if (first === undefined || others.length === 0) return first;
  return () => {
    const steps = [first, ...others].map((make) => make());
    return (events) => steps.reduce((given, step) => step(given), events);
  };
}
