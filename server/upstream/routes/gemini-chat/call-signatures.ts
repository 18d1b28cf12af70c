import type { ConversationEvent } from '../../../conversation/events.ts';
import type { Message } from '../../../conversation/message.ts';
import type { AnswerReader } from '../../../dialects/dialect.ts';
import { missingSignature } from '../../../dialects/gemini/encode-contents.ts';
import { signed } from '../../../dialects/gemini/encode-parts.ts';
import { geminiName } from '../../../dialects/gemini/name.ts';
import { isRecord, type JsonRecord, readArray, readRecord, readText } from '../../../lib/json.ts';

/*
 * Google's OpenAI-compatible API carries thought signatures on tool calls:
 * `tool_calls[].extra_content.google.thought_signature` (https://ai.google.dev/gemini-api/docs/thought-signatures#openai).
 */

/**
 * Adds the conversation's thought signatures to the encoded tool calls. The first call of each step always gets one.
 *
 * @param wire the encoded Chat messages, with the calls in the same order
 */
export function signCalls(messages: readonly Message[], wire: readonly unknown[]): readonly unknown[] {
  const signatures = messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool-call' ? [signed(part.proof).thoughtSignature] : [])),
  );
  let place = 0;
  return wire.map((message) => {
    if (!isRecord(message) || !Array.isArray(message.tool_calls)) return message;
    const calls = message.tool_calls.map((call: unknown, index) => {
      const signature = signatures[place] ?? (index === 0 ? missingSignature : undefined);
      place += 1;
      if (signature === undefined) return call;
      return { ...readRecord(call), extra_content: { google: { thought_signature: signature } } };
    });
    return { ...message, tool_calls: calls };
  });
}

/** Wraps another reader and adds the signatures of its calls. */
export class SignedCallReader implements AnswerReader {
  readonly #reader: AnswerReader;
  /** Signatures by choice and call: by its id, or by its index or position when it has none. Indices may be repeated. */
  readonly #signatures = new Map<string, string>();
  /** The call's id and number by choice and block. */
  readonly #calls = new Map<string, readonly (string | number)[]>();
  readonly #counts = new Map<number, number>();

  constructor(reader: AnswerReader) {
    this.#reader = reader;
  }

  get over(): boolean {
    return this.#reader.over;
  }

  get finished(): boolean {
    return this.#reader.finished === true;
  }

  read(value: unknown, events: ConversationEvent[]): void {
    for (const [position, choice] of readArray(readRecord(value).choices).entries()) {
      this.#readChoice(readRecord(choice), position);
    }
    this.#sign(events, (read) => this.#reader.read(value, read));
  }

  fail(...given: Parameters<AnswerReader['fail']>): void {
    this.#reader.fail(...given);
  }

  end(events: ConversationEvent[], isComplete?: boolean): void {
    this.#sign(events, (read) => this.#reader.end(read, isComplete));
  }

  #readChoice(choice: JsonRecord, position: number): void {
    const index = typeof choice.index === 'number' ? choice.index : position;
    const message = isRecord(choice.delta) ? choice.delta : readRecord(choice.message);
    for (const [place, call] of readArray(message.tool_calls).map(readRecord).entries()) {
      const signature = readText(readRecord(readRecord(call.extra_content).google).thought_signature);
      const name = readText(call.id) ?? (typeof call.index === 'number' ? call.index : place);
      if (signature !== undefined) this.#signatures.set(`${index} ${name}`, signature);
    }
  }

  #sign(events: ConversationEvent[], step: (events: ConversationEvent[]) => void): void {
    const read: ConversationEvent[] = [];
    step(read);
    for (const event of read) events.push(this.#withProof(event));
  }

  #withProof(event: ConversationEvent): ConversationEvent {
    if (event.type === 'block-start' && event.kind === 'tool-call') {
      const number = this.#counts.get(event.choice) ?? 0;
      this.#counts.set(event.choice, number + 1);
      this.#calls.set(`${event.choice} ${event.block}`, [event.id, number]);
    }
    if (event.type !== 'block-end') return event;
    const names = this.#calls.get(`${event.choice} ${event.block}`) ?? [];
    const [value] = names.flatMap((name) => this.#signatures.get(`${event.choice} ${name}`) ?? []);
    return value === undefined ? event : { ...event, proof: { dialect: geminiName, value } };
  }
}
