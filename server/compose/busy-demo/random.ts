/** Chance that is the same for the same seed, so that a demo can be shown again. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  /** A number about `middle`, mostly between its half and its double. */
  about(middle: number): number;
  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], weight?: (item: Item) => number): Item;
}

/** Mulberry32, by Tommy Ettinger: small, and even enough for made-up traffic. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    hits: (probability) => next() < probability,
    about: (middle) => Math.round(middle * 2 ** (next() + next() + next() - 1.5)),
    pick(items, weight = () => 1) {
      let rest = next() * items.reduce((sum, item) => sum + weight(item), 0);
      for (const item of items) {
        rest -= weight(item);
        if (rest < 0) return item;
      }
      const last = items.at(-1);
      if (last === undefined) throw new Error('there is nothing to pick from');
      return last;
    },
  };
}
