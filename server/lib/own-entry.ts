/** Looks up a word from outside in a table. Inherited names such as `constructor` are not found. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
