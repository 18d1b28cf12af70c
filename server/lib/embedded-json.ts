import { Buffer } from 'node:buffer';
import { isRecord, type JsonRecord, parseJsonExactly } from './json.ts';
import { type JsonLimits, JsonMeter, JsonTooLarge } from './json-limits.ts';

/** Characters of a request's texts that cannot hold enough values to be worth counting. */
const harmless = 65_536;
/** What a million tokens of calls hold is less by far. This many values are parsed in less than 50 ms. */
const limits: JsonLimits = { values: 30_000, members: 10_000, levels: 512 };

/**
 * Parses JSON that stands within the strings of one request, such as the arguments of calls. The values in them were not
 * counted when the body was read, so they are counted here, over all texts together.
 */
export class EmbeddedJson {
  #uncounted = harmless;
  #values = limits.values;

  /**
   * An object, with its numbers in their original notation.
   *
   * @returns undefined for a text that is not an object's JSON, or if the request's texts would hold too many values with it
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
    const meter = new JsonMeter({ ...limits, values: this.#values });
    try {
      meter.push(Buffer.from(text));
    } catch (error) {
      if (error instanceof JsonTooLarge) return false;
      throw error;
    }
    this.#values -= meter.values;
    return true;
  }
}
