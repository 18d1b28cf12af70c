import { Buffer } from 'node:buffer';
import type { PackedRecord, PackedRecords } from './packed-record.ts';

/** Room for some batches of records without logged content; bytes. */
const usualRoom = 512 * 1024;
/** UTF-8 takes so many bytes for a UTF-16 code unit, at most. */
const mostBytesPerUnit = 3;
const open = 0x5b;
const comma = 0x2c;
const close = 0x5d;

/**
 * The records that wait to be written, oldest first. They are kept as bytes, outside of V8's heap: as strings, they lived
 * for just as long as makes V8 take them for old objects, which are collected much later.
 */
export class WaitingRecords {
  /** Each record with a comma before it. */
  #bytes = Buffer.allocUnsafeSlow(usualRoom);
  #end = 0;
  readonly #lengths: number[] = [];
  readonly #contentLengths: number[] = [];
  readonly #since: number[] = [];
  #contentLength = 0;

  get size(): number {
    return this.#lengths.length;
  }

  /** Characters of logged content in all of them. */
  get contentLength(): number {
    return this.#contentLength;
  }

  /** When the oldest came; undefined when there is none. */
  get oldest(): number | undefined {
    return this.#since[0];
  }

  /** @param contentLength characters of logged content in it */
  push(packed: PackedRecord, contentLength: number, since: number): void {
    this.#reserve(1 + packed.length * mostBytesPerUnit);
    this.#bytes[this.#end] = comma;
    const length = 1 + this.#bytes.write(packed, this.#end + 1);
    this.#end += length;
    this.#lengths.push(length);
    this.#contentLengths.push(contentLength);
    this.#since.push(since);
    this.#contentLength += contentLength;
  }

  /** A copy of the oldest ones. */
  first(count: number): PackedRecords {
    const length = this.#lengthOf(count);
    const list = Buffer.allocUnsafeSlow(Math.max(length, 1) + 1);
    list.set(this.#bytes.subarray(0, length));
    list[0] = open;
    list[list.length - 1] = close;
    return list;
  }

  remove(count: number): void {
    const length = this.#lengthOf(count);
    this.#bytes.copyWithin(0, length, this.#end);
    this.#end -= length;
    this.#lengths.splice(0, count);
    this.#since.splice(0, count);
    for (const contentLength of this.#contentLengths.splice(0, count)) this.#contentLength -= contentLength;
    if (this.#end === 0 && this.#bytes.length > usualRoom) this.#bytes = Buffer.allocUnsafeSlow(usualRoom);
  }

  #lengthOf(count: number): number {
    let sum = 0;
    for (const length of this.#lengths.slice(0, count)) sum += length;
    return sum;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const roomier = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#end + bytes));
    roomier.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = roomier;
  }
}
