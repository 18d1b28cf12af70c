import { type ConversationEvent, readLiterals } from '../conversation/events.ts';
import { type ByteString, toByteString } from '../lib/byte-string.ts';
import { GrowingBytes } from '../lib/growing-bytes.ts';

/** How much of a streamed answer is kept for counting its tokens when the upstream does not; bytes of its JSON form. */
const keptBytes = 1_000_000;
/** Enough for most short answers. */
const usualBytes = 512;

/** An answer's text as literals, decoded only if somebody asks for it. */
export class KeptText {
  readonly #bytes = new GrowingBytes(usualBytes);

  take(event: ConversationEvent): void {
    if (this.#bytes.length < keptBytes) this.#bytes.appendBytes(literalOf(event));
  }

  read(): string {
    return readLiterals([this.#bytes.first(this.#bytes.length).toString('latin1')]);
  }
}

/** What an event adds to an answer's text, as a JSON string's content. */
function literalOf(event: ConversationEvent): ByteString {
  if (event.type !== 'text-literals') return toByteString(JSON.stringify(textOf(event)).slice(1, -1));
  const [only, another] = event.literals;
  return another === undefined ? (only ?? '') : event.literals.join('');
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
