import { Buffer } from 'node:buffer';
import type { ConversationEvent } from '../../../conversation/events.ts';
import { type ByteString, readRawBytes } from '../../../lib/byte-string.ts';
import { parseJson } from '../../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import type { AnswerDecoder } from '../route.ts';
import { AnswerReader } from './answer-reader.ts';
import { readAroundText } from './around-text.ts';

/** The largest whole answer that is taken in. */
const largestAnswer = 32 * 1024 * 1024;

/** A decoder for an answer that comes as one JSON text, or as text of some other kind, which is a failure. */
export function createResultDecoder(newId: () => string, secrets: readonly string[]): AnswerDecoder {
  let body: ByteString = '';
  let over = false;
  return {
    // Only the end of the body tells that nothing follows.
    complete: false,
    push(bytes) {
      if (over) return [];
      body += readRawBytes(bytes);
      over = body.length > largestAnswer;
      return over ? [{ type: 'failure', failure: brokenAnswer("The upstream's answer is too large.") }] : [];
    },
    end() {
      if (over) return [];
      over = true;
      const read = (text: string) => readAnswer(text, newId, secrets);
      return readAroundText(body, read) ?? read(Buffer.from(body, 'latin1').toString('utf8'));
    },
  };
}

/**
 * What an answer says; the fast path is held against it.
 *
 * @param secrets what must not come out in a failure's words
 */
export function readAnswer(text: string, newId: () => string, secrets: readonly string[] = []): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  const reader = new AnswerReader(newId, secrets);
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const value = /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined;
  if (value !== undefined) reader.read(value, events);
  else if (/^[[{]/.test(trimmed))
    reader.fail(brokenAnswer("The upstream's answer is broken JSON.", trimmed, secrets), events);
  // A web page or a sentence in place of an answer.
  else if (trimmed !== '') reader.fail(readFailureValue(trimmed, secrets), events);
  reader.end(events);
  return events;
}
