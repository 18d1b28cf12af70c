/** Appends any number of items. The arguments of `push` are on the stack, which has no room for a hundred thousand. */
export function pushAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
