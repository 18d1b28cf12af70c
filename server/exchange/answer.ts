import { type AnswerPart, type ConversationAnswer, readAnswerText } from '../conversation/answer.ts';
import { createCollector } from '../conversation/collect.ts';
import { estimateTokens } from '../conversation/estimate-tokens.ts';
import { type ConversationEvent, isContent } from '../conversation/events.ts';
import type { Usage } from '../conversation/usage.ts';
import { KeptText } from './kept-text.ts';

/** One attempt's answer on its way: what the exchange must know of it beside passing it on. */
export abstract class Answer {
  upstreamModel: string | undefined;
  usage: Usage | undefined;
  /** What was told before the answer: its input is counted, its output has only begun. */
  usageAtStart: Usage | undefined;

  /** @returns true when these events hold content */
  take(events: readonly ConversationEvent[]): boolean {
    this.keep(events);
    let content = false;
    for (const event of events) {
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'start') {
        this.upstreamModel = event.upstreamModel;
        this.usageAtStart = event.usage ?? this.usageAtStart;
      } else content ||= isContent(event);
    }
    return content;
  }

  /** All the text so far (of a long stream its beginning), tool arguments included. */
  abstract text(): string;
  /** An estimate of the tokens of all the text so far. */
  abstract estimateTokens(): number;
  /** The whole answer; of collected ones only. */
  abstract whole(): ConversationAnswer | undefined;
  protected abstract keep(events: readonly ConversationEvent[]): void;
}

/** An answer that goes on to the client as it comes. */
export class StreamedAnswer extends Answer {
  readonly #kept: KeptText;

  /** @param isLogged its text is asked for in the end */
  constructor(isLogged: boolean) {
    super();
    this.#kept = new KeptText({ isLogged });
  }

  text(): string {
    return this.#kept.read();
  }

  estimateTokens(): number {
    return Math.round(estimateTokens(this.#kept.read()) * this.#kept.proportion);
  }

  whole(): undefined {}

  protected keep(events: readonly ConversationEvent[]): void {
    for (const event of events) this.#kept.take(event);
  }
}

/** An answer that is handed over in one piece. */
export class CollectedAnswer extends Answer {
  readonly #collector = createCollector();

  text(): string {
    return this.whole()
      .choices.map((choice) => choice.parts.map(textOfPart).join(''))
      .join('\n');
  }

  estimateTokens(): number {
    return estimateTokens(this.text());
  }

  whole(): ConversationAnswer {
    return this.#collector.answer();
  }

  protected keep(events: readonly ConversationEvent[]): void {
    this.#collector.push(events);
  }
}

function textOfPart(part: AnswerPart): string {
  switch (part.type) {
    case 'text':
      return readAnswerText(part.text);
    case 'tool-call':
      return part.name + part.arguments;
    case 'vendor':
      return '';
    default:
      return part.text;
  }
}
