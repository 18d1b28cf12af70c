/**
 * Maps a list.
 *
 * @returns the original list if every item was mapped to itself
 */
export function mapSame<Item>(list: readonly Item[], map: (item: Item, index: number) => Item): readonly Item[] {
  let changed: Item[] | undefined;
  for (const [index, item] of list.entries()) {
    const mapped = map(item, index);
    if (mapped === item) continue;
    changed ??= [...list];
    changed[index] = mapped;
  }
  return changed ?? list;
}
