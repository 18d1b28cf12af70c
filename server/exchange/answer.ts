import { createCollector } from '../conversation/collect.ts';
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
export class StreamedAnswer implements Answer {
  upstreamModel: string | undefined;
  usage: Usage | undefined;
  readonly #kept = new KeptText();

  take(events: readonly ConversationEvent[]): boolean {
    let content = false;
    for (const event of events) {
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'start') this.upstreamModel = event.upstreamModel;
      else {
        content ||= isContent(event);
        this.#kept.take(event);
      }
    }
    return content;
  }

  text(): string {
    return this.#kept.read();
  }

  result(): undefined {}
}

/** An answer that is handed over in one piece. */
export class CollectedAnswer implements Answer {
  upstreamModel: string | undefined;
  usage: Usage | undefined;
  readonly #collector = createCollector();

  take(events: readonly ConversationEvent[]): boolean {
    this.#collector.push(events);
    let content = false;
    for (const event of events) {
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'start') this.upstreamModel = event.upstreamModel;
      else content ||= isContent(event);
    }
    return content;
  }

  text(): string {
    return this.result().choices.map(textOfChoice).join('\n');
  }

  result(): ConversationResult {
    return this.#collector.result();
  }
}

function textOfChoice(choice: ConversationResult['choices'][number]): string {
  const calls = choice.toolCalls.map((call) => call.name + call.arguments);
  return [choice.reasoning, choice.text, choice.refusal, ...calls].join('');
}
