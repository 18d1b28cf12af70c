import type { AnswerTransform } from './answer-transform.ts';
import { createTextsTransform, type TextTransform } from './transform-texts.ts';

/** In characters: enough for white space before the fence and the name of a language. */
const maxOpeningLength = 64;
const opening = /^\s*```[\w-]*[ \t]*\r?\n/;
const mayBecomeOpening = /^\s*(?:`{0,3}|```[\w-]*[ \t]*\r?)$/;
const fence = '```';

/**
 * Removes the Markdown code fence that models often put around JSON, for answers that must consist of JSON only. Texts
 * that do not begin with a fence stay as they are.
 */
export function createFenceUnwrapper(): AnswerTransform {
  return createTextsTransform(() => new FencedText());
}

class FencedText implements TextTransform {
  #state: 'opening' | 'inside' | 'plain' = 'opening';
  #held = '';

  transformPiece(text: string): string {
    if (this.#state === 'plain') return text;
    this.#held += text;
    if (this.#state === 'opening' && !this.#decide()) return '';
    if (this.#state !== 'inside') return this.#release(this.#held.length);
    // A piece of white space changes nothing yet. Models may write it until their limit, so the held text is not
    // searched again for each piece.
    if (text.trim() === '') return '';
    // Buffer a possible closing fence: it is one only if no more text follows.
    return this.#release(closingStart(this.#held));
  }

  end(): string {
    if (this.#state === 'inside' && this.#held.trim() === fence) this.#held = '';
    return this.#release(this.#held.length);
  }

  /** @returns false while the text may still turn out to begin with a fence */
  #decide(): boolean {
    const found = opening.exec(this.#held.slice(0, maxOpeningLength));
    if (found !== null) {
      this.#state = 'inside';
      this.#held = this.#held.slice(found[0].length);
      return true;
    }
    if (this.#held.length <= maxOpeningLength && mayBecomeOpening.test(this.#held)) return false;
    this.#state = 'plain';
    return true;
  }

  #release(length: number): string {
    const released = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return released;
  }
}

/** The index where a possible closing fence begins: white space and up to three backticks at the end of the text. */
function closingStart(text: string): number {
  let end = text.trimEnd().length;
  let ticks = 0;
  while (ticks < fence.length && text[end - 1] === '`') {
    end -= 1;
    ticks += 1;
  }
  return text.slice(0, end).trimEnd().length;
}
