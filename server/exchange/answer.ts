import { type AnswerPart, type ConversationAnswer, readAnswerText } from '../conversation/answer.ts';
import { createCollector } from '../conversation/collect.ts';
import { type ConversationEvent, isContent } from '../conversation/events.ts';
import { boundUsage, type Usage } from '../conversation/usage.ts';
import { KeptText } from './kept-text.ts';

/** The answer of one attempt as it arrives: its model, usage and text. */
export abstract class Answer {
  upstreamModel: string | undefined;
  usage: Usage | undefined;
  /** The usage reported at the start of the answer: complete input tokens, incomplete output tokens. */
  usageAtStart: Usage | undefined;

  /** @returns true when these events contain content */
  record(events: readonly ConversationEvent[]): boolean {
    this.keep(events);
    let content = false;
    for (const event of events) {
      if (event.type === 'usage') this.usage = boundUsage(event.usage);
      else if (event.type === 'start') {
        this.upstreamModel = event.upstreamModel;
        if (event.usage !== undefined) this.usageAtStart = boundUsage(event.usage);
      } else content ||= isContent(event);
    }
    return content;
  }

  /** The text so far, including tool arguments; only the beginning of a long stream. */
  abstract text(): string;
  /** Estimates the tokens of all the text so far. @param count estimates the tokens of a text */
  abstract estimateTokens(count: (text: string) => number): number;
  /** The whole answer; only for collected answers. */
  abstract whole(): ConversationAnswer | undefined;
  protected abstract keep(events: readonly ConversationEvent[]): void;
}

/** An answer that is streamed to the client. */
export class StreamedAnswer extends Answer {
  readonly #kept: KeptText;

  /** @param isLogged whether `text()` will be needed */
  constructor(isLogged: boolean) {
    super();
    this.#kept = new KeptText({ isLogged });
  }

  text(): string {
    return this.#kept.read();
  }

  estimateTokens(count: (text: string) => number): number {
    return Math.round(count(this.#kept.read()) * this.#kept.proportion);
  }

  whole(): undefined {}

  protected keep(events: readonly ConversationEvent[]): void {
    for (const event of events) this.#kept.add(event);
  }
}

/** An answer that is collected and returned as a whole. */
export class CollectedAnswer extends Answer {
  readonly #collector = createCollector();

  text(): string {
    return this.whole()
      .choices.map((choice) => choice.parts.map(textOfPart).join(''))
      .join('\n');
  }

  estimateTokens(count: (text: string) => number): number {
    return count(this.text());
  }

  whole(): ConversationAnswer {
    return this.#collector.answer();
  }

  protected keep(events: readonly ConversationEvent[]): void {
    this.#collector.collect(events);
  }
}

function textOfPart(part: AnswerPart): string {
  switch (part.type) {
    case 'text':
      return readAnswerText(part.text);
    case 'tool-call':
      return part.name + part.arguments;
    case 'image':
    case 'vendor':
      return '';
    default:
      return part.text;
  }
}
