import type { ConversationAnswer } from '../conversation/answer.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AnswerSink } from './exchange.ts';

/** Renumbers the events of a sub-exchange from choice 0 to choice `index`. */
function renumber(events: readonly ConversationEvent[], index: number): ConversationEvent[] {
  return events.map((event) => ('choice' in event ? { ...event, choice: index } : event));
}

/** Splits a sink into one per choice. The first sink that is opened opens the original. */
export function splitSink(sink: AnswerSink, count: number): AnswerSink[] {
  let opened = false;
  return Array.from({ length: count }, (_, index) => ({
    open(report) {
      if (opened) return;
      opened = true;
      sink.open(report);
    },
    writeEvents: (events, resume) => sink.writeEvents(renumber(events, index), resume),
  }));
}

/** Merges several answers of one choice each into one answer. */
export function mergeAnswers(answers: readonly ConversationAnswer[]): ConversationAnswer {
  return {
    ...withoutUndefined({ upstreamModel: answers[0]?.upstreamModel }),
    choices: answers.flatMap((answer, index) => answer.choices.slice(0, 1).map((choice) => ({ ...choice, index }))),
  };
}
