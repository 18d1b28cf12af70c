import type { ConversationAnswer } from '../conversation/answer.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import type { AnswerSink } from './exchange.ts';

/** The events of one sub-exchange, which knows only choice 0, as those of choice `index`. */
function renumber(events: readonly ConversationEvent[], index: number): ConversationEvent[] {
  return events.map((event) => ('choice' in event ? { ...event, choice: index } : event));
}

/**
 * A sink for each of several answers that go into one: the first that opens opens it; reading of all pauses while the
 * reader is behind.
 */
export function splitSink(sink: AnswerSink, count: number): AnswerSink[] {
  let opened = false;
  const waiting = new Set<() => void>();
  const resumeAll = () => {
    const resumes = [...waiting];
    waiting.clear();
    for (const resume of resumes) resume();
  };
  return Array.from({ length: count }, (_, index) => ({
    open(report) {
      if (opened) return;
      opened = true;
      sink.open(report);
    },
    push(events, resume) {
      if (sink.push(renumber(events, index), resumeAll)) return true;
      waiting.add(resume);
      return false;
    },
  }));
}

/** Several whole answers of one choice each as one answer with as many choices. */
export function mergeAnswers(answers: readonly ConversationAnswer[]): ConversationAnswer {
  const upstreamModel = answers[0]?.upstreamModel;
  return {
    ...(upstreamModel === undefined ? {} : { upstreamModel }),
    choices: answers.flatMap((answer, index) => answer.choices.slice(0, 1).map((choice) => ({ ...choice, index }))),
  };
}
