import { Buffer } from 'node:buffer';
import { asByteString } from '../lib/byte-string.ts';
import { GrowingBytes } from '../lib/growing-bytes.ts';
import type { PackedRecord, PackedRecords } from './packed-record.ts';

/** Space for some batches of records without logged content; bytes. */
const initialCapacity = 512 * 1024;
const open = 0x5b;
const close = 0x5d;

/** Records that wait to be written, oldest first. */
export class WaitingRecords {
  /** Each record preceded by a comma. */
  readonly #bytes = new GrowingBytes(initialCapacity);
  readonly #lengths: number[] = [];
  readonly #contentLengths: number[] = [];
  readonly #since: number[] = [];
  #contentLength = 0;

  get size(): number {
    return this.#lengths.length;
  }

  /** Characters of logged content in all waiting records. */
  get contentLength(): number {
    return this.#contentLength;
  }

  /** When the oldest record was added; undefined if there is none. */
  get oldest(): number | undefined {
    return this.#since[0];
  }

  /** @param contentLength characters of logged content in the record */
  append(packed: PackedRecord, contentLength: number, since: number): void {
    this.#bytes.appendBytes(asByteString(','));
    this.#lengths.push(1 + this.#bytes.appendText(packed));
    this.#contentLengths.push(contentLength);
    this.#since.push(since);
    this.#contentLength += contentLength;
  }

  /** Returns a copy of the oldest records. */
  first(count: number): PackedRecords {
    const length = this.#lengthOf(count);
    const list = Buffer.allocUnsafeSlow(Math.max(length, 1) + 1);
    list.set(this.#bytes.first(length));
    list[0] = open;
    list[list.length - 1] = close;
    return list;
  }

  remove(count: number): void {
    this.#bytes.removeFirst(this.#lengthOf(count));
    this.#lengths.splice(0, count);
    this.#since.splice(0, count);
    for (const contentLength of this.#contentLengths.splice(0, count)) this.#contentLength -= contentLength;
  }

  #lengthOf(count: number): number {
    let sum = 0;
    for (const length of this.#lengths.slice(0, count)) sum += length;
    return sum;
  }
}
