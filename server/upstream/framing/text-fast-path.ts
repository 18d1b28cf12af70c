import type { ConversationEvent, JsonLiteral } from '../../conversation/events.ts';
import type { AnswerReader } from '../../dialects/dialect.ts';

/** A reader that takes pieces of text which were made out without parsing their frames. */
export interface LiteralReader extends AnswerReader {
  /** The same as reading frames that hold these pieces and nothing else. */
  readLiterals(choice: number, literals: readonly JsonLiteral[], events: ConversationEvent[]): void;
}

/** What lets the text of an answer be passed on without being decoded, for dialects whose frames are alike. */
export interface TextFastPath {
  /** Whole answers may be read with a mark in place of their text. */
  readonly aroundText: boolean;
  /**
   * A frame in the dialect, for experiments with templates: one choice that says a text and ends by a reason (OpenAI's word
   * for it), with so many tokens used.
   */
  readonly makeFrame: (choice: number, text: string, finish: 'stop' | 'length', tokens: number) => unknown;
}

export function isLiteralReader(reader: AnswerReader): reader is LiteralReader {
  return 'readLiterals' in reader;
}
