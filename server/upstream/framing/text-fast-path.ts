import type { ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import type { AnswerReader } from '../../dialects/dialect.ts';

/** A reader that also accepts pieces of text extracted without parsing their frames. */
export interface LiteralReader extends AnswerReader {
  /** Equivalent to reading frames that contain only these pieces. */
  readLiterals(choice: number, literals: readonly JsonLiteral[], events: ConversationEvent[]): void;
}

/** Lets the text of an answer pass through undecoded, for dialects whose text frames differ only in the text. */
export interface TextFastPath {
  /** Non-streamed answers may be parsed with a placeholder in place of their text. */
  readonly aroundText: boolean;
  /**
   * Makes a frame in the dialect, to test templates with: one choice with a text, a finish reason (in OpenAI's terms)
   * and token usage.
   */
  readonly makeFrame: (choice: number, text: string, finish: 'stop' | 'length', tokens: number) => unknown;
}

export function isLiteralReader(reader: AnswerReader): reader is LiteralReader {
  return 'readLiterals' in reader;
}
