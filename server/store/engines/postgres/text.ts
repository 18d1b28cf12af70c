import { Buffer } from 'node:buffer';
import type { PackedRecords } from '../../../ledger/packed-record.ts';

/** PostgreSQL's texts are UTF-8 without NUL: what else a JavaScript text may hold becomes U+FFFD. */
export function toStoredText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** As JSON writes NUL and halves of surrogate pairs; such texts are rare. */
const unstorable = ['\\u0000', '\\ud'];

/** The same records, their texts such as they will be read again. */
export function toStoredRecords(packed: PackedRecords): PackedRecords {
  const json = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (!unstorable.some((sequence) => json.includes(sequence))) return packed;
  const toStored = (_name: string, value: unknown) => (typeof value === 'string' ? toStoredText(value) : value);
  return Buffer.from(JSON.stringify(JSON.parse(json.toString(), toStored)));
}
