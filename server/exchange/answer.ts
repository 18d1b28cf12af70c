import { type Collector, createCollector } from '../conversation/collect.ts';
import { type ConversationEvent, isContent, readLiterals } from '../conversation/events.ts';
import type { ConversationResult } from '../conversation/result.ts';
import type { Usage } from '../conversation/usage.ts';
import { type ByteString, toByteString } from '../lib/byte-string.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const keptBytes = 1_000_000;

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

/** What is cut from a read keeps all of it in memory; joining makes a copy. So many at once, for the time it takes. */
const joinedLiterals = 4;

/** Text as literals, decoded only if somebody asks for it. */
class KeptText {
  #text: ByteString = '';
  /** Not yet joined to the text. */
  #recent: ByteString[] = [];

  take(event: ConversationEvent): void {
    if (this.#text.length >= keptBytes) return;
    if (event.type === 'text-literals') for (const literal of event.literals) this.#recent.push(literal);
    else this.#recent.push(toByteString(JSON.stringify(textOf(event)).slice(1, -1)));
    if (this.#recent.length >= joinedLiterals) this.#join();
  }

  read(): string {
    this.#join();
    return readLiterals([this.#text]);
  }

  #join(): void {
    this.#text += this.#recent.join('');
    this.#recent = [];
  }
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

function textOf(event: ConversationEvent): string {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return event.text;
    case 'tool-call-start':
      return event.name;
    case 'tool-call-delta':
      return event.arguments;
    default:
      return '';
  }
}

function textOfChoice(choice: ConversationResult['choices'][number]): string {
  const calls = choice.toolCalls.map((call) => call.name + call.arguments);
  return [choice.reasoning, choice.text, choice.refusal, ...calls].join('');
}
