/** A random number generator with a seed, so that a demo is reproducible. */
export interface RandomSource {
  /** A number from 0 to 1, exclusive. */
  next(): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  /** A random number around `middle`, mostly between half and twice of it. */
  about(middle: number): number;
  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], weight?: (item: Item) => number): Item;
}

/** Mulberry32 by Tommy Ettinger: small, and uniform enough for simulated traffic. */
export function createRandomSource(seed: number): RandomSource {
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
