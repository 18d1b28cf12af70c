import type { Places } from '../shared-state.ts';

export function createLocalPlaces(): Places {
  const taken = new Map<string, number>();
  return {
    async reserve(name, count, limit) {
      const before = taken.get(name) ?? 0;
      if (before + count > limit) return undefined;
      const total = before + count;
      taken.set(name, total);
      let isTaken = true;
      return {
        total,
        release() {
          if (!isTaken) return;
          isTaken = false;
          const left = (taken.get(name) ?? count) - count;
          if (left === 0) taken.delete(name);
          else taken.set(name, left);
        },
      };
    },
  };
}
