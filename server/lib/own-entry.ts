/** Looks up an untrusted key in a table. Ignores inherited names such as `constructor`. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
