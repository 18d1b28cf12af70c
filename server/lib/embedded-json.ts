import { Buffer } from 'node:buffer';
import { isRecord, type JsonRecord, parseJsonExactly } from './json.ts';
import { type JsonLimits, JsonScanner, JsonTooLarge } from './json-scanner.ts';

/** Shorter texts cannot contain enough values to be worth counting. Characters. */
const uncheckedLength = 65_536;
/** Far more than a million tokens of calls contain. This many values take less than 50 ms to parse. */
const limits: JsonLimits = { values: 30_000, members: 10_000, levels: 512 };

/**
 * Parses JSON inside the strings of one request, such as the arguments of calls. The values in them were not
 * counted when the body was read, so they are counted here, over all texts together.
 */
export class EmbeddedJson {
  #uncounted = uncheckedLength;
  #values = limits.values;

  /**
   * Parses an object and keeps the original notation of its numbers.
   *
   * @returns undefined if the text is not a JSON object, or if the request's texts contain too many values in total
   */
  parseObject(text: string): JsonRecord | undefined {
    if (!this.#admit(text)) return undefined;
    const value = parseJsonExactly(text);
    return isRecord(value) ? value : undefined;
  }

  #admit(text: string): boolean {
    if (text.length <= this.#uncounted) {
      this.#uncounted -= text.length;
      return true;
    }
    const scanner = new JsonScanner({ ...limits, values: this.#values });
    try {
      scanner.scan(Buffer.from(text));
    } catch (error) {
      if (error instanceof JsonTooLarge) return false;
      throw error;
    }
    this.#values -= scanner.values;
    return true;
  }
}
