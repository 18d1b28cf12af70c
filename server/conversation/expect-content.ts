import type { AnswerTransform } from './answer-transform.ts';
import type { ConversationEvent } from './events.ts';
import { unansweredFailure } from './failure.ts';

/**
 * Replaces a regular end without any content by a failure of the model, for models that sometimes stop without any
 * content and answer if they are asked again. A proof of reasoning is not content. Events are held until the first
 * content.
 *
 * @param acceptsThoughts whether reasoning alone is an answer; false if nothing is lost by waiting for more
 */
export function createContentExpecter(acceptsThoughts: boolean): AnswerTransform {
  const isDecisive = (event: ConversationEvent) => isContentOrEnd(event, acceptsThoughts);
  const held: ConversationEvent[] = [];
  let isDecided = false;
  return (events) => {
    if (isDecided) return events;
    for (const event of events) held.push(event);
    const decisive = events.find(isDecisive);
    if (decisive === undefined) return [];
    isDecided = true;
    const all = held.splice(0);
    if (decisive.type !== 'finish' || decisive.reason !== 'stop') return all;
    const failure = unansweredFailure(decisive.vendorReason ?? 'no content');
    return [...all.filter(({ type }) => type === 'start' || type === 'usage'), { type: 'failure', failure }];
  };
}

function isContentOrEnd(event: ConversationEvent, acceptsThoughts: boolean): boolean {
  if (event.type === 'block-delta' && event.kind === 'reasoning') return acceptsThoughts;
  if (event.type !== 'block-start') return !['start', 'usage', 'frame', 'block-end'].includes(event.type);
  return event.kind !== 'text' && event.kind !== 'reasoning';
}
