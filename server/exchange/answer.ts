import { type Collector, createCollector } from '../conversation/collect.ts';
import { type ConversationEvent, isContent } from '../conversation/events.ts';
import type { ConversationResult } from '../conversation/result.ts';
import type { Usage } from '../conversation/usage.ts';
import { KeptText } from './kept-text.ts';

/** One attempt's answer on its way: what the exchange must know of it beside passing it on. */
export interface Answer {
  /** @returns true when these events hold content */
  take(events: readonly ConversationEvent[]): boolean;
  upstreamModel: string | undefined;
  usage: Usage | undefined;
  /** All the text so far (of a long stream its beginning), tool arguments included. */
  text(): string;
  /** The whole answer; of collected ones only. */
  result(): ConversationResult | undefined;
}

/** An answer that goes on to the client as it comes. */
export function createStreamedAnswer(): Answer {
  const kept = new KeptText();
  const answer: Answer = {
    upstreamModel: undefined,
    usage: undefined,
    take(events) {
      let content = false;
      for (const event of events) {
        if (event.type === 'usage') answer.usage = event.usage;
        else if (event.type === 'start') answer.upstreamModel = event.upstreamModel;
        else {
          content ||= isContent(event);
          kept.take(event);
        }
      }
      return content;
    },
    text: () => kept.read(),
    result: () => undefined,
  };
  return answer;
}

/** An answer that is handed over in one piece. */
export function createCollectedAnswer(): Answer {
  const collector: Collector = createCollector();
  const answer: Answer = {
    upstreamModel: undefined,
    usage: undefined,
    take(events) {
      collector.push(events);
      let content = false;
      for (const event of events) {
        if (event.type === 'usage') answer.usage = event.usage;
        else if (event.type === 'start') answer.upstreamModel = event.upstreamModel;
        else content ||= isContent(event);
      }
      return content;
    },
    text: () => collector.result().choices.map(textOfChoice).join('\n'),
    result: () => collector.result(),
  };
  return answer;
}

function textOfChoice(choice: ConversationResult['choices'][number]): string {
  const calls = choice.toolCalls.map((call) => call.name + call.arguments);
  return [choice.reasoning, choice.text, choice.refusal, ...calls].join('');
}
