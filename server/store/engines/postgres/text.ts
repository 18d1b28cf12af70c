import { Buffer } from 'node:buffer';
import type { PackedRecords } from '../../../ledger/packed-record.ts';

/** PostgreSQL text is UTF-8 without NUL. Replaces NUL and lone surrogates with U+FFFD. */
export function toStoredText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** JSON escapes of NUL and of lone surrogates. Such texts are rare. */
const unstorable = ['\\u0000', '\\ud'];

/** Replaces characters that PostgreSQL cannot store, in all texts of the records. */
export function toStoredRecords(packed: PackedRecords): PackedRecords {
  const json = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (!unstorable.some((sequence) => json.includes(sequence))) return packed;
  const toStored = (_name: string, value: unknown) => (typeof value === 'string' ? toStoredText(value) : value);
  return Buffer.from(JSON.stringify(JSON.parse(json.toString(), toStored)));
}
