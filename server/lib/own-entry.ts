/** What a table has under a stranger's word. `constructor` and other names that every object knows are none of its own. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
