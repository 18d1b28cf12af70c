import type { ConversationEvent } from './events.ts';

/**
 * Reverts in an answer's events what an encoder changed in the request (tool names, wrapped schemas). Each call gets
 * the next events, in order.
 *
 * @returns the events that replace them
 */
export type AnswerTransform = (events: readonly ConversationEvent[]) => readonly ConversationEvent[];

/** Called once for each answer. */
export type AnswerTransformMaker = () => AnswerTransform;

/** Combines transforms into one that applies them in order; undefined when there are none. */
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
