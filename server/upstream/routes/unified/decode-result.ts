import { Buffer } from 'node:buffer';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { parseJson } from '../../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import type { AnswerDecoder } from '../route.ts';
import { AnswerReader } from './answer-reader.ts';

/** The largest whole answer that is taken in. */
const largestAnswer = 32 * 1024 * 1024;

/** A decoder for an answer that comes as one JSON text, or as text of some other kind, which is a failure. */
export function createResultDecoder(newId: () => string): AnswerDecoder {
  const reader = new AnswerReader(newId);
  const pieces: Uint8Array[] = [];
  let length = 0;
  return {
    push(bytes) {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      pieces.push(new Uint8Array(bytes));
      length += bytes.length;
      if (length > largestAnswer) reader.fail(brokenAnswer("The upstream's answer is too large."), events);
      return events;
    },
    end() {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      readAnswer(Buffer.concat(pieces, length).toString('utf8'), reader, events);
      return events;
    },
  };
}

function readAnswer(text: string, reader: AnswerReader, events: ConversationEvent[]): void {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const value = /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined;
  if (value !== undefined) reader.read(value, events);
  else if (/^[[{]/.test(trimmed)) reader.fail(brokenAnswer("The upstream's answer is broken JSON.", trimmed), events);
  // A web page or a sentence in place of an answer.
  else if (trimmed !== '') reader.fail(readFailureValue(trimmed), events);
  reader.end(events);
}
